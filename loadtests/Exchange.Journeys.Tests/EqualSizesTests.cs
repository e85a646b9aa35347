using Exchange.Adapter.Answering;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Records.Tax.V1;

namespace Exchange.Journeys.Tests;

public sealed class EqualSizesTests(RunningExchange exchange)
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    [Fact]
    public async Task Found_not_found_and_no_record_of_the_year_leave_the_hub_with_one_size_and_one_kind_of_entry()
    {
        var unknown = exchange.Folder.Residents.Single(one => one.IsUnknownToTax);
        using var town = new AgencyByHand(exchange, unknown.Town);
        using var session = await town.Open(Tax);
        var known = unknown.Town == Osaka ? exchange.OsakaResident(2) : exchange.ChiyodaResident(2);

        var (found, foundEntry) = await Ask(exchange, town, town.Cold(session, known.TownKey));
        var (notFound, notFoundEntry) = await Ask(exchange, town, town.Cold(session, unknown.TownKey));
        var (otherYear, otherYearEntry) = await Ask(exchange, town, town.Cold(session, known.TownKey, query: new IncomeQuestion { Year = 1999 }.ToByteString()));

        Assert.Equal(AnswerEnvelope.SealedSize(512), found);
        Assert.Equal([found, found], [notFound, otherYear]);
        Assert.Equal(foundEntry, notFoundEntry);
        Assert.Equal(foundEntry, otherYearEntry);
    }

    [Fact]
    public async Task In_a_protected_data_set_somebody_quarantined_and_somebody_unknown_cannot_be_told_apart()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Osaka);
        AskedQuestion About(string person) => chiyoda.Cold(session, person, RunningExchange.ResidentTax);

        var quarantined = About(Newcomers.Doubled(exchange.Folder).TownKey);
        var unknown = About(exchange.ChiyodaResident(5).TownKey);
        var moved = About(Newcomers.Moved(exchange.Folder).TownKey);

        var answers = new List<(int Size, AnswerStatus Status, bool IsEmpty)>();
        foreach (var asked in new[] { quarantined, unknown, moved })
        {
            var response = await chiyoda.Ask(asked.Message);
            Assert.True(session.TryOpen(asked, response.Answer, 512, out var opened, out _));
            answers.Add((response.Answer.CalculateSize(), opened.Status, opened.Answer.Record.IsEmpty));
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(AnswerStatus.NotFound, answers[1].Status);
        Assert.Equal(AnswerStatus.Found, answers[2].Status);
        Assert.Equal(answers[0].Size, answers[2].Size);
    }

    [Fact]
    public async Task What_the_providers_own_list_withholds_and_what_its_source_cannot_give_look_like_any_answer()
    {
        await using var own = new RunningExchange();
        await own.InitializeAsync();
        Assert.True(own.UseMatrix((await File.ReadAllTextAsync(own.Folder.Matrix)).Replace("fields: [year, assessment_state,", "fields: [medical_deduction]\n    # [", StringComparison.Ordinal)));
        using var chiyoda = new AgencyByHand(own, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var withheld = chiyoda.Cold(session, own.ChiyodaResident(0).TownKey);
        var withheldAnswer = (await chiyoda.Ask(withheld.Message)).Answer;
        Assert.True(session.TryOpen(withheld, withheldAnswer, 512, out var opened, out _));
        Assert.Equal(AnswerStatus.Withheld, opened.Status);

        Assert.True(own.UseMatrix((await File.ReadAllTextAsync(own.Folder.Matrix)).Replace("medical_deduction", "total_income", StringComparison.Ordinal)));
        // The tax agency's table is gone.
        using var holder = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = own.Folder.Agency(Tax).Records("income.db"), Pooling = false }.ConnectionString);
        holder.Open();
        using var hold = holder.CreateCommand();
        hold.CommandText = "DROP TABLE income";
        hold.ExecuteNonQuery();
        var unreadable = chiyoda.Cold(session, own.ChiyodaResident(1).TownKey);
        var unreadableAnswer = (await chiyoda.Ask(unreadable.Message)).Answer;
        Assert.True(session.TryOpen(unreadable, unreadableAnswer, 512, out opened, out _));
        Assert.Equal(AnswerStatus.Unavailable, opened.Status);
        Assert.Equal(withheldAnswer.CalculateSize(), unreadableAnswer.CalculateSize());
        Assert.Equal(AnswerEnvelope.SealedSize(512), unreadableAnswer.Ciphertext.Length);
        Assert.Equal(Reason.SourceUnavailable, (await own.Ask(Chiyoda, own.ChiyodaResident(2).TownKey)).Refusal?.Reason);
    }

    [Fact]
    public async Task A_source_slower_than_the_deadline_is_an_answer_like_any_other_and_not_a_deadline()
    {
        await using var own = new RunningExchange();
        await own.InitializeAsync();
        await own.Parts.StopAgency(Tax);
        await File.WriteAllTextAsync(Path.Combine(own.Folder.Agency(Tax).Folder, "sources.yaml"), """
            data_sets:
              tax.income.v1:
                source: sqlite
                file: records/income.db
                timeout: 30s
                query: WITH RECURSIVE n(i) AS (SELECT 1 WHERE @person IS NOT NULL UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS total FROM n
                fields: { total_income: total }
            """, TestContext.Current.CancellationToken);
        await own.Parts.StartAgency(Tax);
        await own.Parts.UntilConnected();
        var unknown = own.Folder.Residents.Single(one => one.IsUnknownToTax);
        using var town = new AgencyByHand(own, unknown.Town);
        using var session = await town.Open(Tax);
        var known = unknown.Town == Osaka ? own.OsakaResident(2) : own.ChiyodaResident(2);

        var slow = await Ask(own, town, town.Cold(session, known.TownKey), TimeSpan.FromSeconds(2));
        var notFound = await Ask(own, town, town.Cold(session, unknown.TownKey), TimeSpan.FromSeconds(2));

        Assert.Equal(slow, notFound);
        Assert.Equal(AuditOutcome.Answered, slow.Entry.Outcome);
    }

    [Fact]
    public async Task In_a_protected_data_set_somebody_of_whom_the_own_list_releases_nothing_is_answered_like_somebody_unknown()
    {
        const string task = "parking-permit";
        await using var own = new RunningExchange();
        await own.InitializeAsync();
        Assert.True(own.UseMatrix((await File.ReadAllTextAsync(own.Folder.Matrix)).Replace("task: child-allowance", $"task: {task}", StringComparison.Ordinal)));
        using var chiyoda = new AgencyByHand(own, Chiyoda);
        using var session = await chiyoda.Open(Osaka);
        var answers = new List<(AnswerStatus, int, bool)>();
        foreach (var person in new[] { Newcomers.Moved(own.Folder).TownKey, own.ChiyodaResident(5).TownKey })
        {
            var asked = chiyoda.Cold(session, person, RunningExchange.ResidentTax, task);
            var answer = (await chiyoda.Ask(asked.Message)).Answer;
            Assert.True(session.TryOpen(asked, answer, 512, out var opened, out _));
            answers.Add((opened.Status, answer.CalculateSize(), opened.Answer.Withheld.Count > 0));
        }
        Assert.Equal([(AnswerStatus.NotFound, answers[0].Item2, false), (AnswerStatus.NotFound, answers[0].Item2, false)], answers);

        // The list is read again, and the person was held all the time.
        var list = Path.Combine(own.Folder.Agency(Osaka).Folder, "allow.yaml");
        await File.WriteAllTextAsync(list, (await File.ReadAllTextAsync(list)).Replace("task: child-allowance", $"task: {task}", StringComparison.Ordinal));
        own.At<AllowRegister>(Osaka).Refresh();
        Assert.Equal(AnswerStatus.Found, (await chiyoda.Answer(session, chiyoda.Cold(session, Newcomers.Moved(own.Folder).TownKey, RunningExchange.ResidentTax, task))).Status);
    }

    /// <summary>The size of the answer, and its entry in the log without what is different for every question.</summary>
    static async Task<(int Size, LookupEvent Entry)> Ask(RunningExchange exchange, AgencyByHand town, AskedQuestion asked, TimeSpan? within = null)
    {
        var response = await town.Ask(asked.Message, within);
        var entry = (await exchange.Logged(response.Receipt.RequestId)).Clone();
        Assert.Equal((32, 32), (entry.QuestionCommitment.Length, entry.AnswerCommitment.Length));
        (entry.RequestId, entry.QuestionCommitment, entry.AnswerCommitment) = (ByteString.Empty, ByteString.Empty, ByteString.Empty);
        return (response.Answer.Ciphertext.Length, entry);
    }
}
