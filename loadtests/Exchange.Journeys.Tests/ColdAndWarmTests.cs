using System.Text;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Journeys.Tests;

public sealed class ColdAndWarmTests(RunningExchange exchange)
{
    [Fact]
    public async Task The_first_question_about_a_person_travels_cold_and_the_next_warm_with_the_same_record()
    {
        var resident = exchange.ChiyodaResident(1);

        var cold = await exchange.Ask(RunningExchange.Chiyoda, resident.TownKey);
        var warm = await exchange.Ask(RunningExchange.Chiyoda, resident.TownKey);

        Assert.Equal((LookupKind.Cold, ""), (cold.Kind, cold.HandleFrom));
        Assert.Equal((LookupKind.Warm, "memory"), (warm.Kind, warm.HandleFrom));
        foreach (var outcome in new[] { cold, warm })
        {
            Assert.Null(outcome.Refusal);
            Assert.Equal(AnswerStatus.Found, outcome.Status);
            var income = IncomeStatement.Parser.ParseFrom(outcome.Record);
            Assert.Equal((2025, resident.TotalIncome, resident.TaxableIncome), (income.Year, income.TotalIncome, income.TaxableIncome));
            Assert.Equal((resident.MunicipalLevy, resident.PrefecturalLevy), (income.MunicipalIncomeLevy, income.PrefecturalIncomeLevy));
            Assert.Equal(resident.Dependants, income.Dependants);
        }
    }

    [Fact]
    public async Task Fields_that_exist_and_are_not_granted_are_named_and_stay_behind()
    {
        var outcome = await exchange.Ask(RunningExchange.Chiyoda, exchange.ChiyodaResident(2).TownKey);

        Assert.Equal(
            ["basic_deduction", "social_insurance_deduction", "taxing_municipality", "assessed_on"],
            outcome.Withheld.Select(DataSetCatalogue.Income.FieldName));
        var income = IncomeStatement.Parser.ParseFrom(outcome.Record);
        Assert.False(income.HasBasicDeduction || income.HasSocialInsuranceDeduction);
        Assert.Empty(income.TaxingMunicipality + income.AssessedOn);
    }

    [Fact]
    public async Task An_answer_says_how_fresh_it_is()
    {
        var outcome = await exchange.Ask(RunningExchange.Chiyoda, exchange.ChiyodaResident(3).TownKey);

        // The tax agency's row of 2025 was last written on 1 June 2026, nine o'clock in Japan.
        Assert.Equal(DateTimeOffset.Parse("2026-06-01T09:00:00+09:00", null).ToUnixTimeMilliseconds(), outcome.Freshness!.AsOfUnixMs);
        Assert.NotEmpty(outcome.Freshness.SourceRevision);
    }

    [Fact]
    public async Task A_town_reads_another_towns_file_in_Shift_JIS_with_both_levies_apart()
    {
        var mover = Newcomers.Moved(exchange.Folder);

        var outcome = await exchange.Ask(RunningExchange.Osaka, Newcomers.Mover, RunningExchange.Chiyoda, dataSet: RunningExchange.ResidentTax);

        Assert.Null(outcome.Refusal);
        var tax = ResidentTax.Parser.ParseFrom(outcome.Record);
        Assert.Equal((2026, mover.MunicipalLevy, mover.PrefecturalLevy), (tax.FiscalYear, tax.MunicipalIncomeLevy, tax.PrefecturalIncomeLevy));
    }

    [Fact]
    public async Task A_person_whom_the_provider_does_not_hold_is_not_found_and_leaves_no_handle()
    {
        var unknown = exchange.Folder.Residents.Single(one => one.IsUnknownToTax);

        var first = await exchange.Ask(unknown.Town, unknown.TownKey);
        var second = await exchange.Ask(unknown.Town, unknown.TownKey);

        Assert.Equal((AnswerStatus.NotFound, LookupKind.Cold), (first.Status, first.Kind));
        Assert.Equal((AnswerStatus.NotFound, LookupKind.Cold), (second.Status, second.Kind));
        Assert.True(first.Record.IsEmpty);
    }

    [Fact]
    public async Task The_receipt_names_the_very_entry_of_the_hubs_log_and_both_journals_hold_its_commitments()
    {
        var person = exchange.ChiyodaResident(4).TownKey;
        foreach (var expected in new[] { LookupKind.Cold, LookupKind.Warm })
        {
            var outcome = await exchange.Ask(RunningExchange.Chiyoda, person, official: "official-receipt", caseId: "case-receipt");

            var receipt = outcome.Receipt!;
            var logged = Assert.Single(await exchange.AuditLog(), one => one.Entry.Lookup?.RequestId == receipt.RequestId);
            Assert.Equal("hub-1", receipt.Log);
            Assert.Equal((ulong)logged.Index, receipt.Index);
            Assert.Equal(TreeHash.Leaf(logged.Bytes), receipt.LeafHash.ToByteArray());

            var entry = logged.Entry.Lookup;
            Assert.Equal((RunningExchange.Chiyoda, RunningExchange.Tax), (entry.Requester, entry.Provider));
            Assert.Equal((RunningExchange.Benefits, RunningExchange.Income), (entry.Task, entry.DataSet));
            Assert.Equal((expected, AuditOutcome.Answered), (entry.Kind, entry.Outcome));

            var asked = Assert.Single(exchange.Journal(RunningExchange.Chiyoda).Asked.Find(receipt.RequestId));
            var answered = Assert.Single(exchange.Journal(RunningExchange.Tax).Answered.Find(receipt.RequestId));
            Assert.Equal(entry.QuestionCommitment, asked.QuestionCommitment);
            Assert.Equal(entry.QuestionCommitment, answered.QuestionCommitment);
            Assert.Equal(entry.AnswerCommitment, asked.AnswerCommitment);
            Assert.Equal(entry.AnswerCommitment, answered.AnswerCommitment);
            Assert.Equal(asked.Question, answered.Question);
            Assert.Equal(asked.Answer, answered.Answer);
            Assert.Equal((receipt.Index, receipt.LeafHash), (asked.Receipt!.Index, asked.Receipt.LeafHash));
        }
    }

    [Fact]
    public async Task Official_and_case_stand_in_both_journals_and_nowhere_at_the_hub()
    {
        const string official = "official-in-journals-alone", caseId = "case-in-journals-alone";

        var outcome = await exchange.Ask(RunningExchange.Chiyoda, exchange.ChiyodaResident(5).TownKey, official: official, caseId: caseId);

        var requestId = outcome.Receipt!.RequestId;
        var asked = Assert.Single(exchange.Journal(RunningExchange.Chiyoda).Asked.Find(requestId));
        var answered = Assert.Single(exchange.Journal(RunningExchange.Tax).Answered.Find(requestId));
        Assert.Equal((official, caseId), (asked.Official, asked.CaseId));
        Assert.Equal((official, caseId), (answered.Official, answered.CaseId));
        foreach (var (_, bytes, _) in await exchange.AuditLog())
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(official)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(caseId)));
        }
    }

    [Fact]
    public async Task Each_agency_keeps_its_own_key_of_the_person()
    {
        var resident = exchange.ChiyodaResident(6);

        var outcome = await exchange.Ask(RunningExchange.Chiyoda, resident.TownKey);

        Assert.Equal(resident.TownKey, Assert.Single(exchange.Journal(RunningExchange.Chiyoda).Asked.Find(outcome.Receipt!.RequestId)).Person);
        Assert.Equal(resident.TaxKey, Assert.Single(exchange.Journal(RunningExchange.Tax).Answered.Find(outcome.Receipt.RequestId)).Person);
        Assert.False(exchange.Enrolled(RunningExchange.Chiyoda, resident.TownKey).Stored.SequenceEqual(exchange.Enrolled(RunningExchange.Tax, resident.TaxKey).Stored));
    }
}
