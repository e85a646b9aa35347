namespace Exchange.Hosting.Storage;

/// <summary>What a store says when it did not keep something.</summary>
public enum StoreFault
{
    /// <summary>Nothing was kept and the store is as it was; a later attempt may succeed. Disk full, file locked, file system read-only.</summary>
    Refused,

    /// <summary>
    /// It may have been kept or not: the answer of a server was lost. The store finds out before it takes anything more, and goes on;
    /// whoever gives it the same again may have it there twice.
    /// </summary>
    Unsure,

    /// <summary>As <see cref="Refused"/>, because too much is waiting already.</summary>
    QueueFull,

    /// <summary>The store was closed before this came.</summary>
    Closed,

    /// <summary>
    /// Whether it was kept is unknown, so this process keeps nothing more: after a failed fsync the kernel may call lost pages clean,
    /// and a second attempt would succeed without having written them. Start again; what is on the disk is then read afresh.
    /// </summary>
    Failed,

    /// <summary>Another process holds the store.</summary>
    InUse,

    /// <summary>The store is not the one this program wants: another name, a newer schema, a gap.</summary>
    Foreign,
}

/// <summary>The message says what to do and never holds what was to be stored.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFault Fault { get; } = fault;

    /// <summary>This process keeps nothing more in the store.</summary>
    public bool EndsStore => Fault is StoreFault.Failed or StoreFault.InUse or StoreFault.Foreign;
}
