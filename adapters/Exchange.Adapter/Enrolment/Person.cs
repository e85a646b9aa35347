namespace Exchange.Adapter.Enrolment;

/// <summary>One enrolled person of this agency, as of one moment; a change makes a new object.</summary>
public sealed class Person(string key, byte[] stored, UInt128 row, ulong generation, bool quarantined)
{
    /// <summary>The agency's own key.</summary>
    public string Key { get; } = key;

    /// <summary>The closed pseudonym in force, 32 bytes.</summary>
    public ReadOnlySpan<byte> Stored => stored;

    /// <summary>Random, never used for anybody else.</summary>
    public UInt128 Row { get; } = row;

    /// <summary>The match generation: a handle of an earlier one has expired.</summary>
    public ulong Generation { get; } = generation;

    /// <summary>Another person of this agency has the same number, so neither is asked for or answered about.</summary>
    public bool Quarantined { get; } = quarantined;

    public override string ToString() => "(person)";
}
