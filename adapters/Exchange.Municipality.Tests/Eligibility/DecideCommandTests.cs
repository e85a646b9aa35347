using Agency.V1;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Receipt = Agency.V1.Receipt;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class DecideCommandTests
{
    [Fact]
    public async Task Every_household_has_its_decision_in_the_order_of_the_file_with_rule_steps_and_receipts()
    {
        await using var api = await ScriptedDecisions.Start(request => Task.FromResult(Answer(request.Members.Count == 2 ? Decision.Eligible : Decision.NotEligible)));
        Assert.Equal(0, await api.Decide("household,person,born_on,case\nH1,4711,,\nH1,4712,2018-09-30,k7\n\nH2,4713,1985-02-11,\n"));
        Assert.Equal("line,outcome,household,members,case,programme,decided_on,rule,legal_basis,steps,missing,receipts,message,retry_after_seconds", api.Decisions[0]);
        Assert.Equal("2,ELIGIBLE,H1,4711; 4712 2018-09-30,k7,heating,2026-06-20,heating 1,Ordinance on heating,One. Two.,,hub-1:7:1c9e:1f0c,,", api.Decisions[1]);
        Assert.StartsWith("5,NOT_ELIGIBLE,H2,4713 1985-02-11,c1,heating,2026-06-20,heating 1,", api.Decisions[2], StringComparison.Ordinal);
        Assert.Equal(3, api.Decisions.Length);
        Assert.Equal([("k7", "suzuki", "4711 4712"), ("c1", "suzuki", "4713")], api.Asked.OrderBy(one => one.Members[0].Person).Select(one => (one.CaseId, one.Official, string.Join(' ', one.Members.Select(member => member.Person)))));
        Assert.Contains("2 households: 2 to ask, 0 answered before, 0 bad.", api.Screen, StringComparison.Ordinal);
        Assert.False(File.Exists(api["decisions.csv.part"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api["decisions.csv"]));
    }

    [Fact]
    public async Task What_is_missing_stands_beside_the_household_and_the_same_command_asks_again()
    {
        var isUp = false;
        await using var api = await ScriptedDecisions.Start(request => Task.FromResult(isUp || request.Members[0].Person != "4712" ? Answer(Decision.Eligible) : new EligibilityResponse
        {
            Decision = Decision.Undecided,
            Programme = "heating",
            RuleVersion = "1",
            Missing = { new MissingFact { Person = "4712", Name = "total income", Provider = "jp.tax", Reason = "UNDECLARED", Message = "Ask the person." } },
        }));
        Assert.Equal(1, await api.Decide("household,person\nH1,4711\nH2,4712\nH3,4713\n"));
        Assert.Equal("3,UNDECIDED,H2,4712,c1,heating,2026-06-20,heating 1,,,\"4712, total income: UNDECLARED (jp.tax)\",,Ask the person.,", api.Decisions[2]);
        Assert.Contains("1 households have none, and say why", api.Screen, StringComparison.Ordinal);
        isUp = true;
        Assert.Equal(0, await api.Decide());
        Assert.Equal("4712", Assert.Single(api.Asked.Skip(3)).Members[0].Person);
        Assert.StartsWith("3,ELIGIBLE,", api.Decisions[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_household_that_changed_is_decided_anew_and_so_is_every_one_on_another_day()
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Answer(Decision.Eligible)));
        await api.Decide("household,person,born_on\nH1,4711,\nH2,4712,\n");
        await api.Decide("household,person,born_on\nH1,4711,\nH2,4712,1990-01-01\n");
        Assert.Equal("4712", Assert.Single(api.Asked.Skip(2)).Members[0].Person);
        await api.Decide(decidedOn: "2026-06-21");
        Assert.Equal(5, api.Asked.Count);
    }

    [Fact]
    public async Task A_file_that_is_interrupted_goes_on_from_there_and_nobody_decided_is_asked_about_again()
    {
        using var stop = new CancellationTokenSource();
        var answered = 0;
        await using var api = await ScriptedDecisions.Start(async _ =>
        {
            if (Interlocked.Increment(ref answered) > 40)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
            }
            return Answer(Decision.NotEligible);
        });
        Assert.Equal(1, await api.Decide("household,person\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"H{i},R{i}a\nH{i},R{i}b\n")), stop: stop.Token));
        Assert.Contains("the same command goes on from there", api.Screen, StringComparison.Ordinal);
        var kept = File.ReadAllLines(api["decisions.csv.part"]).Skip(1).Select(line => line.Split(',')[2]).ToHashSet();
        Assert.InRange(kept.Count, 30, 40);

        // The power went while a line was being written.
        await File.AppendAllTextAsync(api["decisions.csv.part"], "198,ELIGIBLE,H99,\"R99a; R99b,c1,hea");
        answered = -1000;
        var before = api.Asked.Count;
        Assert.Equal(0, await api.Decide());
        Assert.Equal(100 - kept.Count, api.Asked.Count - before);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 2 + 2 * i), api.Decisions.Skip(1).Select(line => int.Parse(line.Split(',')[0], null)));
        Assert.All(api.Decisions.Skip(1), line => Assert.Equal("NOT_ELIGIBLE", line.Split(',')[1]));
    }

    [Fact]
    public async Task Whoever_is_not_read_is_named_with_the_line_and_the_household_is_not_decided_without_them()
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Answer(Decision.Eligible)));
        Assert.Equal(1, await api.Decide("""
            household,person,born_on,case
            H1,4711,,
            H1,,,
            H1,4711,1990-2-30,
            H2,4714,2020-01-01,
            H3,4715,,k1
            H3,4716,,k2
            H4,47"17,,
            H5,4718,,
            ,4719,,
            H6,4720,,
            H7,4721,,
            H8,4722,,
            H7,4723,,
            H9,4724,,

            """));
        Assert.Equal(["4722", "4724"], api.Asked.Select(one => one.Members[0].Person).Order());
        foreach (var told in new[]
        {
            "line 2: 'line 3, person' is missing; 'line 4, person' is that of line 2 again; 'line 4, born_on' is no date; write it like 2026-06-20",
            "line 5: 'members' has nobody of 16 years or more",
            "line 6: its lines name different cases",
            "line 8: line 8: 'person': a quote that is not closed",
            "line 9: line 10 beside it cannot be read, and may be of this household",
            "line 10: 'household' is missing",
            "line 11: line 10 beside it cannot be read",
            "line 12: its lines do not all stand one below the other",
            "line 14: its lines do not all stand one below the other",
            "11 households: 2 to ask, 0 answered before, 9 bad.",
        })
            Assert.Contains(told, api.Screen, StringComparison.Ordinal);
        Assert.Equal(9, api.Decisions.Count(line => line.Split(',')[1] == "BAD_LINE"));
    }

    [Fact]
    public async Task Of_very_many_bad_households_a_hundred_are_shown_and_all_are_named_in_the_result()
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Answer(Decision.Eligible)));
        Assert.Equal(1, await api.Decide("household,person,born_on\n" + string.Concat(Enumerable.Range(1, 1000).Select(i => $"H{i},R{i},soon\n"))));
        Assert.Contains("and 900 lines more, all named beside the answers", api.Screen, StringComparison.Ordinal);
        Assert.Equal(1000, api.Decisions.Count(line => line.Contains("born_on' is no date", StringComparison.Ordinal)));
        Assert.Empty(api.Asked);
    }

    [Theory]
    [InlineData("houshold,person\nH1,4711\n", "there is no column 'household'; is it 'houshold'?")]
    [InlineData("household,person,bornon\nH1,4711,\n", "there is no use for a column 'bornon'; there are household, person, born_on, case")]
    [InlineData("household\nH1\n", "there is no column 'person'")]
    [InlineData("household,person\n", "has a header and no households")]
    [InlineData("", "the file is empty")]
    public async Task A_file_that_is_none_is_told_and_nobody_is_asked(string households, string why)
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Answer(Decision.Eligible)));
        Assert.Equal(2, await api.Decide(households));
        Assert.Contains(why, api.Screen, StringComparison.Ordinal);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task What_is_wrong_for_every_household_is_told_once_and_nobody_is_asked()
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Answer(Decision.Eligible)));
        Assert.Equal(2, await api.Decide("household,person\nH1,4711\n", decidedOn: "20260620", official: " "));
        Assert.Contains("'official' is missing", api.Screen, StringComparison.Ordinal);
        Assert.Contains("'decided_on' is no date", api.Screen, StringComparison.Ordinal);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_programme_that_is_not_there_ends_the_run_at_once()
    {
        await using var api = await ScriptedDecisions.Start(_ => throw Reasons.Refuse(Reason.QuestionInvalid, "'programme' is unknown; there is low-income-household").ToRpcException());
        Assert.Equal(2, await api.Decide("household,person\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"H{i},R{i}\n"))));
        Assert.Contains("'programme' is unknown", api.Screen, StringComparison.Ordinal);
        Assert.InRange(api.Asked.Count, 1, 8);
    }

    [Fact]
    public async Task A_closed_provider_is_not_waited_for_and_the_household_stays_undecided_with_the_reason()
    {
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(new EligibilityResponse
        {
            Decision = Decision.Undecided,
            Programme = "heating",
            RuleVersion = "1",
            Missing = { new MissingFact { Person = "4711", Name = "total income", Provider = "jp.tax", Reason = "PROVIDER_CLOSED", Message = "The provider is closed until 2026-06-21 09:00 +09:00, as it has announced.", RetryAfterMs = 20 } },
        }));

        Assert.Equal(1, await api.Decide("household,person\nH1,4711\n"));

        Assert.Single(api.Asked);
        Assert.Contains("PROVIDER_CLOSED (jp.tax)", api.Decisions[1], StringComparison.Ordinal);
        Assert.Contains("until 2026-06-21 09:00 +09:00", api.Decisions[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_is_waited_for_and_the_household_asked_about_again()
    {
        var tries = 0;
        await using var api = await ScriptedDecisions.Start(_ => Task.FromResult(Interlocked.Increment(ref tries) > 2 ? Answer(Decision.Eligible) : new EligibilityResponse
        {
            Decision = Decision.Undecided,
            Missing = { new MissingFact { Reason = "QUOTA_EXCEEDED", RetryAfterMs = 20 }, new MissingFact { Reason = "NOT_YET_ASSESSED", RetryAfterMs = 86_400_000 } },
        }));
        Assert.Equal(0, await api.Decide("household,person\nH1,4711\n"));
        Assert.Equal(3, api.Asked.Count);
    }

    static EligibilityResponse Answer(Decision decision) => new()
    {
        Decision = decision,
        Programme = "heating",
        RuleVersion = "1",
        LegalBasis = "Ordinance on heating",
        Steps = { "One.", "Two." },
        Facts =
        {
            new Fact { Receipts = { new Receipt { Log = "hub-1", Index = 7, LeafHash = "1c9e", RequestId = "1f0c" } } },
            new Fact { Receipts = { new Receipt { Log = "hub-1", Index = 7, LeafHash = "1c9e", RequestId = "1f0c" } } },
        },
    };
}
