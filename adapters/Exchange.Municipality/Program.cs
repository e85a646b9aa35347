using Exchange.Adapter;

return await AdapterProgram.Run("municipality", "The adapter of a municipality.", args).ConfigureAwait(false);
