using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;
using Exchange.Hammer.Tests.Results;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Tests.Parties;

/// <summary>Real processes over real TLS, in a run too short for any figure to mean anything.</summary>
public sealed class ContestTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-contest-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    [Fact]
    public async Task A_peer_whose_port_is_taken_and_one_that_dies_are_left_out_and_the_run_goes_on()
    {
        var port = ThreeInARow();
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        var plan = Sample.Plan(Lineup.Direct, Lineup.Haproxy, Lineup.Yarp) with
        {
            WarmUp = TimeSpan.FromMilliseconds(200),
            Length = TimeSpan.FromSeconds(1),
            Concurrency = [16],
            People = 64,
            FirstPort = port,
        };
        Contest contest = null!;
        var progress = new Heard(line =>
        {
            if (line.StartsWith("[2/", StringComparison.Ordinal))
                Kill(contest.Runners.Single(one => one.Id == Lineup.Yarp).Middle[0]);
        });
        await using (contest = new Contest(state, plan, progress))
        {
            await contest.Start(default);

            var report = await new Measurer(plan, contest, progress).Run(MachineFacts.Read(state), default);

            Assert.Equal($"port {port} is taken by somebody else", report.Contenders[1].NotMeasured);
            Assert.StartsWith("The T3 YARP ended by itself in the middle of the run", report.Contenders[2].NotMeasured, StringComparison.Ordinal);
            Assert.Null(report.Contenders[0].NotMeasured);
            var cell = Assert.Single(report.Closed);
            Assert.Equal((Lineup.Direct, plan.Rounds), (cell.Id, cell.Rounds.Count));
            Assert.True(cell.ProviderCpu.Min > 0 && cell.HubCpu is null);
            Assert.Contains(progress.Lines, line => line.StartsWith("not measured: T3 YARP: ", StringComparison.Ordinal));
            Figures.Save(report, Path.Combine(state, "figures.svg"));
        }
    }

    static int ThreeInARow()
    {
        while (true)
            if (Ports.Free(3) is var ports && ports[2] == ports[0] + 2)
                return ports[0];
    }

    static void Kill(int process)
    {
        using var one = Process.GetProcessById(process);
        one.Kill();
    }
}
