using Exchange.Gateway.Audit;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Tests.Audit.Stores;
using Exchange.V1;
using Npgsql;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>Letters of a hub whose log is in PostgreSQL, behind a line that breaks.</summary>
public sealed class LettersInPostgresTests : LetterScene
{
    OwnDatabase database = null!;
    Relay relay = null!;

    public override async ValueTask InitializeAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(Servers.Postgres);
        database = await OwnDatabase.Create(server.ToString());
        relay = new Relay(server.Host!, server.Port);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (relay is not null)
            await relay.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <param name="broken">Whether what was lost is the entry on its way, or the word that it is there.</param>
    /// <param name="restarted">Whether the hub finds out itself, or the next one of its name does.</param>
    [Theory]
    [InlineData((int)RelayMode.CutAnswers, false)]
    [InlineData((int)RelayMode.CutAnswers, true)]
    [InlineData((int)RelayMode.CutQuestions, false)]
    [InlineData((int)RelayMode.CutQuestions, true)]
    public async Task An_answer_during_which_the_log_was_lost_is_released_later_with_one_entry(int broken, bool restarted)
    {
        var letter = Letter();
        Assert.Null(await room.Submit(Chiyoda, letter));
        await room.Collect(Tax);
        await audit.Append(new AuditEntry { Policy = new PolicyEvent() });
        relay.Mode = (RelayMode)broken;
        Assert.Equal(Reason.AuditUnavailable, (await room.Answer(Tax, Answer(letter))).Refusal?.Reason);
        Assert.Equal(LetterState.Unlogged, store.Find(Id(letter))?.State);
        relay.Mode = RelayMode.Pass;
        if (restarted)
            await Restart();

        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (store.Find(Id(letter))?.State != LetterState.Settled)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
            await room.LookAround();
        }

        var outcome = Assert.Single((await room.Collect(Chiyoda))!.Outcomes);
        Assert.NotNull(outcome.Answer);
        // The log counts what it was not told of when it adds the next.
        Assert.Equal(2ul, (await PostgresFaultTests.Again(audit, new AuditEntry { Policy = new PolicyEvent() })).Index);
        var entry = Assert.Single(await Entries());
        Assert.Equal((AuditOutcome.Answered, Id(letter), Id(letter)), (entry.Outcome, entry.RequestId, outcome.Receipt.RequestId));
        Assert.Equal(1ul, outcome.Receipt.Index);
    }

    private protected override AuditLog OpenLog() =>
        AuditLog.Open(new AuditOptions(Path.Combine(folder, "hub-1", "audit.db"), "hub-1") { Database = database.Options(relay.Port) }, TimeProvider.System);
}
