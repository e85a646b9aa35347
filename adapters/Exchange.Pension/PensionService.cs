using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Jobs;
using Exchange.Pension.Linking;

namespace Exchange.Pension;

/// <summary>What this program adds to the runtime of an agency.</summary>
public static class PensionService
{
    public static AgencyKind Kind { get; } = new("pension", "The adapter of the pension service.")
    {
        Program = typeof(PensionService).Assembly,
        Jobs = [Job.Of<LinkingApi>(LinkingService.Descriptor)],
        Commands = [LinkCommand.Create],
    };
}
