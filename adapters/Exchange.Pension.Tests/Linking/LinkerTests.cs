using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Jobs;
using Exchange.Pension.Linking;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.Municipality.V1;
using Records.Tax.V1;
using Freshness = Exchange.V1.Freshness;

namespace Exchange.Pension.Tests.Linking;

public sealed class LinkerTests
{
    static readonly LinkingDay day = new(new DateOnly(2026, 1, 1), 2025);

    [Fact]
    public async Task Municipality_and_tax_agency_are_asked_side_by_side_for_the_day_and_the_year()
    {
        var both = new TaskCompletionSource();
        var asked = new List<(string, string, string, IMessage)>();
        var result = await Linker(async (person, provider, dataSet, question) =>
        {
            lock (asked)
            {
                asked.Add((person, provider, dataSet.Id, question));
                if (asked.Count == 2)
                    both.SetResult();
            }
            await both.Task;
            return Outcomes.Answered("jp.mun.131016", AnswerStatus.NotFound);
        }).Link(new ListItem(7, "4711", null), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal((7UL, "4711", LinkingOutcome.NotFound), (result.Id, result.Person, result.Outcome));
        Assert.Equal(
            [
                ("4711", "residence:2026-01-01", "municipality.household.v1", new HouseholdQuestion()),
                ("4711", "tax", "tax.employment.v1", new EmploymentQuestion { Year = 2025 }),
            ],
            asked);
    }

    [Fact]
    public async Task Of_a_list_with_duplicates_strangers_and_a_provider_that_answers_half_nobody_is_lost_and_nobody_asked_twice()
    {
        var asked = new System.Collections.Concurrent.ConcurrentBag<(string, string)>();
        var linker = Linker((person, _, dataSet, _) =>
        {
            asked.Add((person, dataSet.Id));
            return Task.FromResult((person[0], dataSet.ProviderKind) switch
            {
                ('s', _) => Outcomes.Refused(Reason.PersonUnknown),
                (_, "tax") => Outcomes.Answered("jp.tax", AnswerStatus.NoRecord),
                ('o', _) => Outcomes.Refused(Reason.ProviderUnavailable, "jp.mun.131016"),
                _ => Outcomes.Found("jp.mun.131016", new Household { MovedInOn = "2020-05-01" }),
            });
        });
        var messages = Enumerable.Range(0, 1000).Select(i => new LinkingItem
        {
            Id = (ulong)i,
            Person = (i % 10) switch { 9 => $"e{i - 9}", 8 => $"s{i}", 7 => "", _ when i % 2 == 0 => $"e{i}", _ => $"o{i}" },
        });
        var items = new ListItems<LinkingItem>(Incoming<LinkingItem>.Of([new LinkingItem { Purpose = new LinkingPurpose() }, .. messages]), item => (item.Purpose is not null, item.Id, item.Person));
        await items.First(CancellationToken.None);
        var results = new Outgoing<LinkingResult>();
        await ListRun.Run(items, results, linker.Link, 32, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Assert.Equal(Enumerable.Range(0, 1000), results.Written.Select(one => (int)one.Id).Order());
        Assert.Equal(asked.Count, asked.Distinct().Count());
        Assert.All(results.Written, one => Assert.Equal(
            (one.Id % 10) switch { 9 => "DUPLICATE", 8 => "PERSON_UNKNOWN", 7 => "QUESTION_INVALID", _ when one.Id % 2 == 0 => "", _ => "PROVIDER_UNAVAILABLE" },
            string.Join(' ', one.Findings.Select(finding => finding.Code))));
        Assert.All(results.Written, one => Assert.Equal(one.Findings.Count == 0 ? LinkingOutcome.Linked : LinkingOutcome.Failed, one.Outcome));
        Assert.All(results.Written.Where(one => one.Person.StartsWith('o')), one => Assert.Equal(("jp.mun.131016", true), (one.Findings[0].Provider, one.Findings[0].RetryAfterMs > 0)));
    }

    [Fact]
    public async Task The_records_compared_are_named_with_their_time_and_what_is_not_there_is_not()
    {
        var household = Outcomes.Found("jp.mun.131016", new Household { MovedInOn = "2020-05-01" }) with
        {
            Freshness = new Freshness { AsOfUnixMs = 1_767_225_600_000, CachedAgeMs = 1500 },
        };
        var sources = (await Linker((_, _, dataSet, _) => Task.FromResult(dataSet.ProviderKind == "tax" ? Outcomes.Answered("jp.tax", AnswerStatus.NotFound) : household))
            .Link(new ListItem(1, "4711", null), CancellationToken.None)).Sources;
        Assert.Equal(
            new Source
            {
                Provider = "jp.mun.131016",
                DataSet = "municipality.household.v1",
                AsOf = Timestamp.FromDateTime(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
                CachedAge = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)),
            },
            Assert.Single(sources));
    }

    [Fact]
    public async Task Statements_of_another_year_than_asked_for_are_no_answer()
    {
        var result = await Linker((_, _, dataSet, _) => Task.FromResult(dataSet.ProviderKind == "tax"
            ? Outcomes.Found("jp.tax", new EmploymentIncome { Year = 2024, Statements = { new EmploymentStatement { EmployedFrom = "2020-04-01" } } })
            : Outcomes.Found("jp.mun.131016", new Household { MovedInOn = "2020-05-01" }))).Link(new ListItem(1, "4711", null), CancellationToken.None);
        Assert.Equal((LinkingOutcome.Linked, 0, "ANSWER_INVALID", "jp.tax"), (result.Outcome, result.Employers, result.Findings.Single().Code, result.Findings.Single().Provider));
    }

    static Linker Linker(AskQuestion ask) => new(ask, new OwnRecords(AgencyData.None), day);
}
