using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Files;
using Exchange.Adapter.Jobs;
using Exchange.Municipality.Eligibility;

namespace Exchange.Municipality;

/// <summary>What this program adds to the runtime of an agency.</summary>
public static class TownHall
{
    public static AgencyKind Kind { get; } = new("municipality", "The adapter of a municipality.")
    {
        Program = typeof(TownHall).Assembly,
        Jobs = [Job.Of<EligibilityApi>(EligibilityService.Descriptor)],
        Services = services => services.AddWatchedFile<ProgrammeRegister>(provider => ActivatorUtilities.CreateInstance<ProgrammeRegister>(provider)),
        Commands = [DecideCommand.Create, ProgrammesCommand.Create],
    };
}
