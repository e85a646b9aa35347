using Exchange.Adapter;
using Exchange.Municipality;

return await AdapterProgram.Run(TownHall.Kind, args).ConfigureAwait(false);
