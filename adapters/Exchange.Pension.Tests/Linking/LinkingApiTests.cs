using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Tests;
using Exchange.Hosting.Errors;
using Exchange.Pension.Linking;
using Exchange.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Exchange.Pension.Tests.Linking;

public sealed class LinkingApiTests
{
    const string All = "{ task: record-linking, data_sets: [municipality.household.v1, tax.employment.v1] }";

    [Fact]
    public async Task A_list_of_strangers_with_bad_lines_and_duplicates_ends_in_a_report_of_all_of_them()
    {
        await using var agency = await RunningAgency.Start(PensionService.Kind, All);
        await File.WriteAllTextAsync(agency["people.csv"], "person\nnobody\n\nnobody\nno one\n", CancellationToken.None);
        Assert.Equal(1, await Link(agency));
        Assert.Equal(
            [
                "line,person,outcome,municipality,household_size,employers,findings,messages,request_ids,as_of",
                "2,nobody,FAILED,,,,PERSON_UNKNOWN,\"This agency has enrolled nobody under this key. Check the key, or enrol the person first.\",,",
                "3,,BAD_LINE,,,,BAD_LINE,'person' is missing,,",
                "4,nobody,DUPLICATE,,,,DUPLICATE,the same person as line 2,,",
                "5,no one,FAILED,,,,PERSON_UNKNOWN,\"This agency has enrolled nobody under this key. Check the key, or enrol the person first.\",,",
            ],
            await File.ReadAllLinesAsync(agency["report.csv"], CancellationToken.None));
    }

    [Fact]
    public async Task A_list_of_more_bytes_than_one_request_may_have_goes_through()
    {
        await using var agency = await RunningAgency.Start(PensionService.Kind, All);
        await File.WriteAllTextAsync(agency["people.csv"], "person\n" + string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"nobody-of-a-long-and-tedious-name-{i}")), CancellationToken.None);
        Assert.Equal(1, await Link(agency));
        var report = await File.ReadAllLinesAsync(agency["report.csv"], CancellationToken.None);
        Assert.Equal((3001, 3000), (report.Length, report.Count(line => line.Contains(",FAILED,,,,PERSON_UNKNOWN,", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Without_a_message_or_a_purpose_in_the_first_the_list_is_refused()
    {
        await using var agency = await RunningAgency.Start(PensionService.Kind, All);
        using var channel = agency.Channel();
        foreach (var messages in new LinkingItem[][] { [], [new LinkingItem { Id = 1, Person = "nobody" }] })
        {
            using var call = new LinkingService.LinkingServiceClient(channel).Link(agency.Headers);
            foreach (var message in messages)
                await call.RequestStream.WriteAsync(message, CancellationToken.None);
            await call.RequestStream.CompleteAsync();
            var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(Reason.QuestionInvalid, thrown.ToRefusal()!.Reason);
            Assert.Contains("'purpose' is missing from the first message", thrown.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{ task: record-linking, data_sets: [municipality.household.v1] }", "")]
    [InlineData(All, "tomorrow")]
    [InlineData(All, "1899-12-31")]
    public async Task A_caller_that_may_ask_a_part_of_it_only_and_a_purpose_that_is_none_could_not_run(string mayAsk, string on)
    {
        await using var agency = await RunningAgency.Start(PensionService.Kind, mayAsk);
        await File.WriteAllTextAsync(agency["people.csv"], "person\nnobody\n", CancellationToken.None);
        Assert.Equal(2, await Link(agency, "--on", on));
        Assert.False(File.Exists(agency["report.csv"]));
    }

    [Fact]
    public void Every_mistake_of_a_purpose_is_told_at_once_and_none_repeats_what_stood_there()
    {
        var mistakes = new List<string>();
        Assert.Null(LinkingDay.Read(new LinkingPurpose { On = "canary", Year = -5, CaseId = "a\nb", MaxAge = new Duration { Seconds = -1 } }, new DateOnly(2026, 6, 1), mistakes));
        Assert.Equal(
            [
                "'purpose.official' is missing", "'purpose.case_id' has control characters",
                "'purpose.on' must be a day such as 2026-01-01, from 1900 to 2999", "'purpose.year' must be a year from 1900 to 2999",
                "'purpose.max_age' must be from 0 s to ten years",
            ],
            mistakes);
        Assert.Null(LinkingDay.Read(null, new DateOnly(2026, 6, 1), mistakes));
        Assert.Equal("'purpose' is missing from the first message", mistakes[^1]);
    }

    [Fact]
    public void Without_a_day_it_is_today_and_without_a_year_the_one_before_the_day()
    {
        var today = new DateOnly(2026, 6, 1);
        Assert.Equal(new LinkingDay(today, 2025), LinkingDay.Read(new LinkingPurpose { Official = "suzuki" }, today, []));
        Assert.Equal(new LinkingDay(new DateOnly(2024, 1, 1), 2023), LinkingDay.Read(new LinkingPurpose { Official = "suzuki", On = "2024-01-01" }, today, []));
        Assert.Equal(
            new LinkingDay(today, 2025) { MaxAge = TimeSpan.Zero }, LinkingDay.Read(new LinkingPurpose { Official = "suzuki", MaxAge = new Duration() }, today, []));
        Assert.Equal(new LinkingDay(today, 2020), LinkingDay.Read(new LinkingPurpose { Official = "suzuki", Year = 2020 }, today, []));
    }

    static Task<int> Link(RunningAgency agency, params string[] more) => AdapterProgram.Run(PensionService.Kind,
    [
        "link", "--api", agency.Address, "--ca", agency["ca.pem"], "--token", agency["token"], "--list", agency["people.csv"], "--report", agency["report.csv"], "--official", "suzuki", .. more,
    ]);
}
