using Exchange.Adapter;
using Exchange.Pension;

return await AdapterProgram.Run(PensionService.Kind, args).ConfigureAwait(false);
