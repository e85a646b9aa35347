using Agency.V1;
using Exchange.Adapter.Commands.Lists;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Receipt = Agency.V1.Receipt;

namespace Exchange.Adapter.Tests.Commands;

public sealed class ListCommandTests
{
    const string Header = "line,person,outcome,municipality,findings,messages,request_ids,as_of";

    [Fact]
    public async Task The_report_has_a_line_for_every_line_of_the_list_in_its_order_whatever_order_results_come_in()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, context) =>
        {
            var all = await Rest(items);
            Assert.Equal(("suzuki", "Bearer a.token.of.sorts"), (all[0].Purpose.Official, context.RequestHeaders.GetValue("authorization")));
            foreach (var item in all.Skip(1).Reverse())
                await results.WriteAsync(Linked(item));
        });
        Assert.Equal(1, await api.Run("person\n4711\n\n4712\n4711\n\"47,13\"\n"));
        Assert.Equal(
            [
                Header, "2,4711,LINKED,jp.mun.131016,,,r2,", "3,,BAD_LINE,,BAD_LINE,'person' is missing,,", "4,4712,LINKED,jp.mun.131016,,,r4,",
                "5,4711,DUPLICATE,,DUPLICATE,the same person as line 2,,", "6,\"47,13\",LINKED,jp.mun.131016,,,r6,",
            ],
            api.Report);
        Assert.Contains("line 3: 'person' is missing", api.Screen, StringComparison.Ordinal);
        Assert.Contains("line 5: the same person as line 2", api.Screen, StringComparison.Ordinal);
        Assert.Contains("5 lines: 3 people to ask about, 1 bad lines, 1 duplicates.", api.Screen, StringComparison.Ordinal);
        Assert.Contains("3 results in", api.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_everybody_has_an_outcome_the_exit_code_is_0_and_when_some_are_not_known_it_is_1()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) =>
        {
            foreach (var item in (await Rest(items)).Skip(1))
                await results.WriteAsync(item.Person == "away" ? Away(item) : Linked(item));
        });
        Assert.Equal(0, await api.Run("person\n4711\n4711\n"));
        Assert.Equal(1, await api.Run("person\n4711\naway\n"));
        Assert.Equal("3,away,FAILED,,PROVIDER_UNAVAILABLE,jp.tax: away (again after 2.5 s),,", api.Report[2]);
    }

    [Fact]
    public async Task A_list_of_many_people_goes_through_while_results_come()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) =>
        {
            await items.MoveNext();
            while (await items.MoveNext())
                await results.WriteAsync(Linked(items.Current));
        });
        Assert.Equal(0, await api.Run("person\n" + string.Join('\n', Enumerable.Range(0, 20_000))));
        Assert.Equal(20_001, api.Report.Length);
        Assert.All(api.Report.Skip(1), line => Assert.Contains(",LINKED,", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "cannot be reached, or was lost")]
    [InlineData(false, "HUB_DRAINING")]
    public async Task A_list_that_breaks_off_leaves_a_report_with_what_came_and_names_the_rest(bool isLost, string why)
    {
        ScriptedLinking? running = null;
        await using var api = running = await ScriptedLinking.Start(async (items, results, context) =>
        {
            await items.MoveNext();
            await items.MoveNext();
            await results.WriteAsync(Linked(items.Current));
            await items.MoveNext();
            await items.MoveNext();
            await running!.Heard;
            if (isLost)
                context.GetHttpContext().Abort();
            throw Reasons.Refuse(Reason.HubDraining).ToRpcException();
        });
        Assert.Equal(1, await api.Run("person\n4711\n4712\n4713\n"));
        Assert.Equal([Header, "2,4711,LINKED,jp.mun.131016,,,r2,", NotAsked(3, 4712), NotAsked(4, 4713)], api.Report);
        Assert.Contains(why, api.Screen, StringComparison.Ordinal);
        Assert.Contains("What has no result is NOT_ASKED", api.Screen, StringComparison.Ordinal);
        Assert.False(File.Exists(api["report.csv.tmp"]));
    }

    [Fact]
    public async Task A_connection_that_is_lost_before_any_result_leaves_a_report_of_who_may_have_been_asked()
    {
        await using var api = await ScriptedLinking.Start(async (items, _, context) =>
        {
            await items.MoveNext();
            await items.MoveNext();
            context.GetHttpContext().Abort();
        });
        Assert.Equal(1, await api.Run("person\n4711\n"));
        Assert.Equal([Header, NotAsked(2, 4711)], api.Report);
    }

    [Fact]
    public async Task Interrupted_it_writes_what_it_has()
    {
        using var interrupt = new CancellationTokenSource();
        await using var api = await ScriptedLinking.Start(async (items, results, context) =>
        {
            await items.MoveNext();
            await items.MoveNext();
            await interrupt.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        });
        Assert.Equal(1, await api.Run("person\n4711\n\n", interrupt.Token));
        Assert.Equal([Header, NotAsked(2, 4711), "3,,BAD_LINE,,BAD_LINE,'person' is missing,,"], api.Report);
        Assert.Contains("not worked through: interrupted", api.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_refused_could_not_run_and_leaves_an_earlier_report_as_it_was()
    {
        await using var api = await ScriptedLinking.Start((_, _, _) => throw Reasons.Refuse(Reason.CallerNotPermitted).ToRpcException());
        await File.WriteAllTextAsync(api["report.csv"], "earlier", CancellationToken.None);
        Assert.Equal(2, await api.Run("person\n4711\n"));
        Assert.Equal(["earlier"], api.Report);
        Assert.Contains("CALLER_NOT_PERMITTED", api.Screen, StringComparison.Ordinal);
        Assert.False(File.Exists(api["report.csv.tmp"]));
    }

    [Fact]
    public async Task A_local_API_that_is_not_there_and_one_of_another_CA_could_not_run()
    {
        await using var api = await ScriptedLinking.Start((_, _, _) => Task.CompletedTask);
        await using var other = await ScriptedLinking.Start((_, _, _) => Task.CompletedTask);
        File.Copy(other["ca.pem"], api["ca.pem"], overwrite: true);
        Assert.Equal(2, await api.Run("person\n4711\n"));
        await other.Stop();
        Assert.Equal(2, await other.Run("person\n4711\n"));
        Assert.Contains("cannot be reached", other.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_a_report_that_cannot_be_written_and_a_token_open_to_others_ask_nobody()
    {
        await using var api = await ScriptedLinking.Start((_, _, _) => throw new InvalidOperationException("asked"));
        Assert.Equal(2, await api.Run("person\n"));
        Assert.Contains("has a header and no people", api.Screen, StringComparison.Ordinal);
        Directory.CreateDirectory(api["report.csv.tmp"]);
        Assert.Equal(2, await api.Run("person\n4711\n"));
        Directory.Delete(api["report.csv.tmp"]);
        Directory.CreateDirectory(api["report.csv"]);
        Assert.Equal(2, await api.Run("person\n4711\n"));
        Assert.Contains("is a folder; --report must name a file", api.Screen, StringComparison.Ordinal);
        Directory.Delete(api["report.csv"]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(api["token"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.Equal(2, await api.Run("person\n4711\n"));
            Assert.Contains("chmod 600", api.Screen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_report_that_cannot_take_its_place_after_people_were_asked_about_stays_where_it_was_written()
    {
        ScriptedLinking? running = null;
        await using var api = running = await ScriptedLinking.Start(async (items, results, _) =>
        {
            var all = await Rest(items);
            Directory.CreateDirectory(running!["report.csv"]);
            await results.WriteAsync(Linked(all[1]));
        });
        Assert.Equal(1, await api.Run("person\n4711\n"));
        Assert.Contains(api["report.csv.tmp"], api.Screen, StringComparison.Ordinal);
        Assert.Equal([Header, "2,4711,LINKED,jp.mun.131016,,,r2,"], await File.ReadAllLinesAsync(api["report.csv.tmp"], CancellationToken.None));
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_on_ends_the_list_says_so_and_keeps_what_was_written()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) =>
        {
            foreach (var item in (await Rest(items)).Skip(1))
                await results.WriteAsync(Linked(item));
        });
        var results = 0;
        api.OnResult = () =>
        {
            if (++results == 2)
                throw new IOException("No space left on device");
        };
        Assert.Equal(1, await api.Run("person\n4711\n4712\n"));
        Assert.Contains("the report cannot be written: No space left on device", api.Screen, StringComparison.Ordinal);
        Assert.Equal([Header, "2,4711,LINKED,jp.mun.131016,,,r2,", NotAsked(3, 4712)], api.Report);
    }

    [Fact]
    public async Task Results_of_lines_that_are_not_there_and_second_ones_change_nothing()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) =>
        {
            var item = (await Rest(items))[1];
            foreach (var id in new ulong[] { 0, 1, 3, 4, ulong.MaxValue, 2, 2 })
                await results.WriteAsync(Linked(new LinkingItem { Id = id, Person = item.Person }));
        });
        Assert.Equal(1, await api.Run("person\n4711\n\n"));
        Assert.Equal([Header, "2,4711,LINKED,jp.mun.131016,,,r2,", "3,,BAD_LINE,,BAD_LINE,'person' is missing,,"], api.Report);
    }

    [Fact]
    public async Task Of_every_record_used_the_report_says_as_of_when_it_was()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) =>
        {
            var result = Linked((await Rest(items))[1]);
            result.Sources.Add(new Source { Provider = "jp.mun.131016", DataSet = "municipality.household.v1", AsOf = Timestamp.FromDateTime(new DateTime(2026, 1, 5, 9, 30, 0, DateTimeKind.Utc)) });
            result.Sources.Add(new Source { Provider = "jp.tax", DataSet = "tax.employment.v1" });
            result.Sources.Add(new Source { DataSet = "pension.enrolment.v1", AsOf = new Timestamp() });
            await results.WriteAsync(result);
        });
        await api.Run("person\n4711\n");
        Assert.Equal("2,4711,LINKED,jp.mun.131016,,,r2,jp.mun.131016/municipality.household.v1=2026-01-05T09:30:00Z jp.tax/tax.employment.v1=unknown own/pension.enrolment.v1=1970-01-01T00:00:00Z", api.Report[1]);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("300", 300_000)]
    [InlineData("250ms", 250)]
    [InlineData("5m", 300_000)]
    [InlineData("8h", 28_800_000)]
    public void A_maximum_age_is_seconds_or_has_a_unit(string given, long milliseconds)
    {
        ListAsking? asking = null;
        var job = ScriptedLinking.Job(_ => { }) with { Purpose = (_, one) => throw new ListException((asking = one).Official) };
        var parsed = ListCommand.Create(job).Parse($"--ca c --list l --report r --official suzuki --token t --max-age {given}");
        Assert.Empty(parsed.Errors);
        parsed.Invoke(new() { Error = TextWriter.Null });
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), asking!.MaxAge!.ToTimeSpan());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("5 weeks")]
    [InlineData("1.5")]
    [InlineData("4000d")]
    [InlineData("99999999999999999999")]
    public void What_is_no_age_is_told_before_anybody_is_asked(string given)
    {
        var parsed = ListCommand.Create(ScriptedLinking.Job(_ => { })).Parse(["--ca", "c", "--list", "l", "--report", "r", "--official", "suzuki", "--token", "t", $"--max-age={given}"]);
        Assert.Contains("--max-age must be a whole number of seconds", Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_is_its_owners_alone()
    {
        await using var api = await ScriptedLinking.Start(async (items, results, _) => await results.WriteAsync(Linked((await Rest(items))[1])));
        await api.Run("person\n4711\n");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api["report.csv"]));
    }

    [Theory]
    [InlineData("--token t", "")]
    [InlineData("--cert c --key k --api https://adapter:7443", "")]
    [InlineData("", "Give either --token, or --cert and --key.")]
    [InlineData("--token t --cert c --key k", "Give either --token, or --cert and --key.")]
    [InlineData("--cert c", "Give either --token, or --cert and --key.")]
    [InlineData("--token t --api adapter:7443", "--api must be an address such as https://localhost:7443.")]
    [InlineData("--token t --api http://localhost:7443", "--api must be an address such as https://localhost:7443.")]
    public void A_command_line_names_the_local_API_and_one_way_to_be_known_to_it(string given, string mistake)
    {
        var command = ListCommand.Create(ScriptedLinking.Job(_ => { }));
        Assert.Equal(mistake, string.Join(' ', command.Parse($"--ca c --list l --report r --official suzuki {given}").Errors.Select(one => one.Message)));
    }

    static async Task<List<LinkingItem>> Rest(IAsyncStreamReader<LinkingItem> items)
    {
        var all = new List<LinkingItem>();
        while (await items.MoveNext())
            all.Add(items.Current);
        return all;
    }

    static string NotAsked(int line, int person) => $"{line},{person},NOT_ASKED,,NOT_ASKED,it was sent and no result came: it may have been asked,,";

    static LinkingResult Linked(LinkingItem item) => new()
    {
        Id = item.Id,
        Person = item.Person,
        Outcome = LinkingOutcome.Linked,
        Municipality = "jp.mun.131016",
        Receipts = { new Receipt { RequestId = $"r{item.Id}" } },
    };

    static LinkingResult Away(LinkingItem item) => new()
    {
        Id = item.Id,
        Person = item.Person,
        Outcome = LinkingOutcome.Failed,
        Findings = { new Finding { Code = "PROVIDER_UNAVAILABLE", Message = "away", Provider = "jp.tax", RetryAfterMs = 2500 } },
    };
}
