using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Jobs;
using Exchange.Tax.Assessment;

namespace Exchange.Tax;

/// <summary>What this program adds to the runtime of an agency.</summary>
public static class TaxAgency
{
    public static AgencyKind Kind { get; } = new("tax", "The adapter of the tax agency.")
    {
        Program = typeof(TaxAgency).Assembly,
        Jobs = [Job.Of<AssessmentApi>(AssessmentService.Descriptor)],
        Commands = [AssessCommand.Create],
    };
}
