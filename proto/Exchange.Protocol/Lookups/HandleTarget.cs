namespace Exchange.Protocol.Lookups;

/// <summary>Why a handle serves no longer. To the requester all of them are HANDLE_EXPIRED: it asks COLD again.</summary>
public enum HandleFault
{
    None,
    Malformed,

    /// <summary>Sealed under a key of another day.</summary>
    KeyRetired,

    /// <summary>Does not open: changed, or made for another agency or data set.</summary>
    Forged,

    Expired,
}

/// <summary>What a handle points to.</summary>
public readonly struct HandleTarget(UInt128 row, ulong generation, long expiryUnixMs)
{
    /// <summary>The row id in the adapter's table.</summary>
    public UInt128 Row { get; } = row;

    /// <summary>The match generation when the handle was made.</summary>
    public ulong Generation { get; } = generation;

    public long ExpiryUnixMs { get; } = expiryUnixMs;

    /// <summary>Whether nothing happened to the match since: the generation now in the table is the handle's.</summary>
    public bool IsOf(ulong generationNow) => Generation == generationNow;
}
