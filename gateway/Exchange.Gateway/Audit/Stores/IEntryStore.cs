using Exchange.Hosting.Storage;
using Exchange.V1;

namespace Exchange.Gateway.Audit.Stores;

/// <summary>Where the entries of one log are kept, for the one process that adds to it. Anybody reads beside it.</summary>
interface IEntryStore : IAsyncDisposable
{
    /// <summary>A path, or server and database; for messages.</summary>
    string Where { get; }

    /// <summary>How many entries it had when it was opened, without a gap.</summary>
    long Size { get; }

    /// <summary>
    /// Why the last batch was not kept, or the next would not be; null when nothing is known to be wrong. InUse, Foreign: the log must
    /// not go on in this process.
    /// </summary>
    StoreException? Trouble { get; }

    /// <summary>All of them or none, durable when it returns. One caller at a time.</summary>
    /// <returns>The number of the first.</returns>
    /// <exception cref="StoreException">
    /// Refused: none is there. Unsure: all may be there; the store finds out before it takes the next. Whatever else: it takes nothing more.
    /// </exception>
    long Append(IReadOnlyList<NewEntry> entries);

    /// <summary>Entries with numbers from <paramref name="from"/> up to, without, <paramref name="to"/>, in order; what is missing is left out.</summary>
    /// <exception cref="StoreException">Refused: it cannot be read now.</exception>
    ValueTask<IReadOnlyList<KeptEntry>> Read(long from, long to, CancellationToken cancelled);

    /// <summary>As <see cref="Read"/>, their hashes alone.</summary>
    /// <exception cref="StoreException">Refused: it cannot be read now.</exception>
    ValueTask<IReadOnlyList<byte[]>> LeafHashes(long from, long to, CancellationToken cancelled);
}

/// <param name="Content">A serialised AuditEntry.</param>
/// <param name="Receipt">For who waits; it gets its number once the entry is durable.</param>
readonly record struct NewEntry(byte[] Content, byte[] LeafHash, Receipt Receipt);

readonly record struct KeptEntry(long Number, byte[] Content, byte[] LeafHash);
