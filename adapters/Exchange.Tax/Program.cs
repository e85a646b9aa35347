using Exchange.Adapter;
using Exchange.Tax;

return await AdapterProgram.Run(TaxAgency.Kind, args).ConfigureAwait(false);
