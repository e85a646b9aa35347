using Exchange.Adapter;

namespace Exchange.Pension;

/// <summary>What this program adds to the runtime of an agency.</summary>
public static class PensionService
{
    public static AgencyKind Kind { get; } = new("pension", "The adapter of the pension service.");
}
