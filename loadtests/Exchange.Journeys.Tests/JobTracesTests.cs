using System.Collections.Concurrent;
using System.Diagnostics;
using Agency.V1;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Journeys.Tests;

/// <summary>
/// A job is one trace within its agency. Each of its lookups, many in a batch, leaves in a trace of its own, so that
/// agencies which were asked about one person hold nothing in common, and the hub cannot tell whose lookups belong together.
/// </summary>
public sealed class JobTracesTests : IClassFixture<JobTracesTests.Traced>
{
    public sealed class Traced : OwnExchange
    {
        readonly ConcurrentQueue<Activity> stopped = new();

        /// <summary>Listens from before the first part starts.</summary>
        public Traced() => ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Exchange.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        });

        public IEnumerable<Activity> Spans => stopped;
    }

    const string Root = "00f067aa0ba902b7";

    readonly Traced traced;
    readonly string trace = ActivityTraceId.CreateRandom().ToHexString();

    public JobTracesTests(Traced traced) => this.traced = traced;

    RunningExchange Exchange => traced.Exchange;

    string Traceparent => $"00-{trace}-{Root}-01";

    [Fact]
    public async Task A_decision_on_a_household_is_one_trace_and_each_of_its_lookups_is_another()
    {
        using var system = new LocalSystem(Exchange, ExchangePlan.Chiyoda);
        var household = Residents(ExchangePlan.Chiyoda).Where(one => one.Household == 3).ToArray();

        var answer = await new EligibilityService.EligibilityServiceClient(system.Channel).DecideAsync(new EligibilityRequest
        {
            DecidedOn = "2026-06-20",
            Official = "official-1",
            CaseId = "case-1",
            Members = { household.Select(one => new EligibilityMember { Person = one.TownKey, BornOn = $"{one.BornOn:yyyy-MM-dd}" }) },
        }, system.Headers(Traceparent), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(trace, answer.TraceId);
        await AssertTraces("eligibility", lookups: 4);
    }

    [Fact]
    public async Task A_list_to_link_is_one_trace_and_each_of_its_lookups_is_another()
    {
        using var system = new LocalSystem(Exchange, ExchangePlan.Pension);
        var people = Residents(ExchangePlan.Pension).Take(20).ToArray();

        var results = await LocalSystem.All(
            new LinkingService.LinkingServiceClient(system.Channel).Link(system.Headers(Traceparent), cancellationToken: TestContext.Current.CancellationToken),
            people.Select((one, i) => new LinkingItem
            {
                Id = (ulong)i,
                Person = one.PensionKey,
                Purpose = i == 0 ? new LinkingPurpose { On = "2026-01-01", Official = "official-1", CaseId = "case-1" } : null,
            }));

        Assert.Equal(people.Length, results.Count);
        await AssertTraces("record linking", lookups: 2 * people.Length);
    }

    [Fact]
    public async Task A_list_to_assess_is_one_trace_and_each_of_its_lookups_is_another()
    {
        using var system = new LocalSystem(Exchange, ExchangePlan.Tax);
        var people = Residents(ExchangePlan.Tax).Take(20).ToArray();

        var results = await LocalSystem.All(
            new AssessmentService.AssessmentServiceClient(system.Channel).Assess(system.Headers(Traceparent), cancellationToken: TestContext.Current.CancellationToken),
            people.Select((one, i) => new AssessmentItem
            {
                Id = (ulong)i,
                Person = one.TaxKey,
                Purpose = i == 0 ? new AssessmentPurpose { Year = 2025, Official = "official-1", CaseId = "case-1" } : null,
            }));

        Assert.Equal(people.Length, results.Count);
        await AssertTraces("income assessment", lookups: 2 * people.Length);
    }

    IEnumerable<Resident> Residents(string agency) =>
        Exchange.Folder.ResidentsOf(Exchange.Folder.Agency(agency)).Where(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false, IsUnknownToTax: false });

    async Task AssertTraces(string job, int lookups)
    {
        // The job's own span ends when its call does, a moment after the caller has the answer.
        await RunningExchange.Until(() => Home().Any(span => span.OperationName == job));
        var home = Home();
        Assert.Equal(Root, Assert.Single(home, span => span.OperationName == job).ParentSpanId.ToHexString());
        Assert.DoesNotContain(home, span => span.OperationName is "hub lookup" or "answer");

        var departed = home.Where(span => span.OperationName == "ask").SelectMany(span => span.Links).Select(link => link.Context).ToArray();
        Assert.Equal(departed.Length, departed.Select(one => one.TraceId).Distinct().Count());
        var away = departed.ToDictionary(one => one, one => traced.Spans.Where(span => span.TraceId == one.TraceId).ToArray());
        // Session offers depart as well, and leave no span.
        var asked = away.Where(one => one.Value.Length > 0).ToArray();
        Assert.Equal(lookups, asked.Length);
        foreach (var (left, spans) in asked)
        {
            var hub = Assert.Single(spans, span => span.OperationName == "hub lookup");
            Assert.Equal(left.SpanId, hub.ParentSpanId);
            Assert.Equal(hub.SpanId, Assert.Single(spans, span => span.OperationName == "answer").ParentSpanId);
            Assert.All(spans, span => Assert.Contains(span.OperationName, new[] { "hub lookup", "answer" }));
        }
    }

    Activity[] Home() => [.. traced.Spans.Where(span => span.TraceId.ToHexString() == trace)];
}
