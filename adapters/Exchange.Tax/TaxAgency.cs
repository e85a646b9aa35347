using Exchange.Adapter;

namespace Exchange.Tax;

/// <summary>What this program adds to the runtime of an agency.</summary>
public static class TaxAgency
{
    public static AgencyKind Kind { get; } = new("tax", "The adapter of the tax agency.");
}
