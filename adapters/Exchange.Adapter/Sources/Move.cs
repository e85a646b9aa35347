namespace Exchange.Adapter.Sources;

/// <summary>From when until when a person lived where, as this agency has it written down.</summary>
/// <param name="From">The first day there.</param>
/// <param name="Until">The first day elsewhere; null while it holds.</param>
/// <param name="Municipality">Local government code of 6 digits; empty: abroad.</param>
public sealed record Move(DateOnly From, DateOnly? Until, string Municipality)
{
    public bool IsAbroad => Municipality.Length == 0;

    public bool Covers(DateOnly day) => From <= day && (Until is not { } until || day < until);

    public override string ToString() => nameof(Move);
}
