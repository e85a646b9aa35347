using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>A witness begins with a key and a store, made together and once.</summary>
public static class NewWitness
{
    /// <param name="key">Where the key goes, 0600.</param>
    /// <param name="pinned">Receives the line that others pin.</param>
    /// <param name="state">Where what is cosigned will be kept.</param>
    /// <returns>What others pin.</returns>
    /// <exception cref="SecretFileException">The key is there already.</exception>
    /// <exception cref="StoreException">InUse: the store is.</exception>
    public static NoteKey Draw(string key, string pinned, string name, string state, TimeProvider time)
    {
        WitnessState.RefuseExisting(state);
        var drawn = NoteKeyFile.Create(key, pinned, name, NoteKeyUse.Cosignature);
        WitnessState.Create(state, drawn, time);
        return drawn;
    }
}
