using Agency.V1;

namespace Exchange.Adapter.Jobs;

/// <summary>One item of a list of people.</summary>
/// <param name="Id">Chosen by the sender.</param>
/// <param name="Person">This agency's own key of the person.</param>
/// <param name="Wrong">Why nobody is asked about it; null when all is well.</param>
public sealed record ListItem(ulong Id, string Person, Finding? Wrong)
{
    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(ListItem);
}
