using System.Diagnostics;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>The municipality's program, as a town runs it.</summary>
static class TownProgram
{
    public static Task<(int ExitCode, string Told)> Run(params string[] arguments) => BuiltProgram.Run(Programs.Adapter("municipality"), arguments);

    public static Process Start(params string[] arguments) => BuiltProgram.Start(Programs.Adapter("municipality"), arguments);
}
