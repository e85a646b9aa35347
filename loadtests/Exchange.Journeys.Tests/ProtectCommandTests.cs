using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Programs = Exchange.Sandbox.Processes.Programs;

namespace Exchange.Journeys.Tests;

/// <summary>The commands with which officials keep people at risk, by the program itself.</summary>
public sealed class ProtectCommandTests(ProtectionTests.Own own) : IClassFixture<ProtectionTests.Own>
{
    const string Chiyoda = RunningExchange.Chiyoda;

    readonly RunningExchange exchange = own.Exchange;

    [Fact]
    public async Task By_command_an_official_marks_sees_what_waits_declines_and_asks_for_the_mark_to_be_taken_away()
    {
        var town = exchange.Folder.Agency(Chiyoda);
        var key = Newcomers.Moved(exchange.Folder).TownKey;
        Task<(int Code, string Said)> Run(params string[] arguments) =>
            BuiltProgram.Run(Programs.Adapter("municipality"), [.. arguments, "--config", town.Config, "--caller", town.Caller, "--caller-key", town.CallerKey]);

        var (code, said) = await Run("protect", "mark", "--person", key, "--official", "suzuki", "--needs-approval");
        Assert.Equal(0, code);
        Assert.Contains(key, said, StringComparison.Ordinal);
        Assert.Contains(key, (await Run("protect", "list")).Said, StringComparison.Ordinal);
        (code, said) = await Run("approvals", "decline", "--id", "4711", "--official", "tanaka");
        Assert.Equal(1, code);
        Assert.Contains("APPROVAL_UNKNOWN", said, StringComparison.Ordinal);
        Assert.Equal(AnswerStatus.Pending, (await exchange.Ask(RunningExchange.Osaka, Newcomers.Mover, Chiyoda, dataSet: RunningExchange.ResidentTax)).Status);
        (code, said) = await Run("approvals", "list");
        Assert.Equal(0, code);
        var id = said.Split('\n').Single(line => line.Contains(key, StringComparison.Ordinal)).Split(' ')[0];
        Assert.Equal(0, (await Run("approvals", "decline", "--id", id, "--official", "tanaka")).Code);
        Assert.Contains("Nothing waits for a decision.", (await Run("approvals", "list")).Said, StringComparison.Ordinal);
        (code, said) = await Run("protect", "lift", "--person", key, "--official", "suzuki");
        Assert.Equal((0, "One more official, another by another caller, must take the marks away."), (code, said.Trim()));
        Assert.Contains("by one of two", (await Run("protect", "list")).Said, StringComparison.Ordinal);
    }
}
