using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>What is answered where consent has to be shown.</summary>
public sealed class ShownConsentTests
{
    const string Held = "4711", Unknown = "nobody";

    static readonly DataSetContract open = DataSetCatalogue.Income, guarded = DataSetCatalogue.ResidentTax;
    static readonly TimeSpan wait = Ms(9_950), timeout = Ms(9_900);

    // The agency's clock says 1 April 2026.
    [Theory]
    [InlineData("form-17", "2026-04-01", 0, true)]
    [InlineData("form-17", "2020-01-01", 0, true)]
    [InlineData("form-17", "2026-03-02", 30, true)]
    [InlineData("form-17", "2026-03-01", 30, false)]
    [InlineData("form-17", "2026-04-02", 0, false)]
    [InlineData("form-17", "1 April", 0, false)]
    [InlineData("", "2026-04-01", 0, false)]
    [InlineData(null, "", 0, false)]
    public async Task Where_the_grant_asks_for_consent_nobody_is_looked_for_without_a_good_one(string? reference, string day, int validDays, bool isGood)
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)));
        agency.Enrol(Held);
        foreach (var person in new[] { Held, Unknown })
        {
            var (_, asked) = agency.Ask(person, open, wait, timeout, consent: reference is null ? null : new Consent { Reference = reference, GivenOn = day }, consentValidDays: validDays);
            // Sealed: by asking for other days whoever grants would find out the day that is shown.
            Assert.Equal(!isGood ? AnswerStatus.ConsentMissing : person == Held ? AnswerStatus.Found : AnswerStatus.NotFound, (await agency.Answered(asked, open)).Status);
        }
        if (isGood)
            Assert.All(agency.Journal.Answered.Recent(2), entry => Assert.Equal((reference, day), (Question.Parser.ParseFrom(entry.Question).Consent.Reference, Question.Parser.ParseFrom(entry.Question).Consent.GivenOn)));
    }

    [Fact]
    public async Task Where_this_agencys_own_list_asks_for_consent_no_grant_without_it_will_do()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)));
        agency.Enrol(Held);
        File.WriteAllText(agency.Allow, $"allow:\n  - {{ requester: jp.mun.*, task: {AnsweringAgency.Task}, data_set: {open.Id}, fields: [year], condition: consent }}\n");
        Assert.True(agency.Allowed.Refresh());
        var (_, without) = agency.Ask(Held, open, wait, timeout);
        Assert.Equal(AnswerStatus.ConsentMissing, (await agency.Answered(without, open)).Status);
        var (_, with) = agency.Ask(Held, open, wait, timeout, consent: new Consent { Reference = "form-17", GivenOn = "2026-03-31" });
        Assert.Equal(AnswerStatus.Found, (await agency.Answered(with, open)).Status);
    }

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
