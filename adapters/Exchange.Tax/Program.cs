using Exchange.Adapter;

return await AdapterProgram.Run("tax", "The adapter of the tax agency.", args).ConfigureAwait(false);
