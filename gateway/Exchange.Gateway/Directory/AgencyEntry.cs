using System.Collections.Immutable;

namespace Exchange.Gateway.Directory;

public enum AgencyStatus
{
    Active,

    /// <summary>Stays in the directory, but neither asks nor is asked.</summary>
    Suspended,

    /// <summary>Left for good: as suspended, and never active again under this id.</summary>
    Revoked,
}

/// <summary>One agency of the directory.</summary>
/// <param name="Id">Such as <c>jp.mun.131016</c>; stands in its certificate's SAN URI.</param>
/// <param name="Kind">Such as <c>municipality</c>; rows of the matrix may name a kind in place of an agency.</param>
/// <param name="Epochs">Key epochs in force, ascending; during a conversion there are two.</param>
public sealed record AgencyEntry(string Id, string Kind, string Name, AgencyStatus Status, ImmutableArray<ulong> Epochs)
{
    public bool IsActive => Status == AgencyStatus.Active;

    public ulong CurrentEpoch => Epochs[^1];

    public bool IsInForce(ulong epoch) => Epochs.Contains(epoch);
}
