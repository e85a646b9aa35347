using Agency.V1;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Tests.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Tests.Bulk;

[Collection(OwnExchange.OneAtATime)]
public sealed class BulkTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-bulk-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    /// <summary>Real processes over real TLS, with a list that has somebody of each sort.</summary>
    [Fact]
    public async Task A_list_is_linked_by_the_pension_services_adapter_every_result_as_the_records_are()
    {
        var plan = new BulkPlan(200);
        var progress = new Heard();

        var figures = await new BulkMeasurer(plan, state, progress).Run(Soak.Sample.Machine("abc"), default);

        var (list, before) = plan.Split(Residents(plan).Where(one => one.IsKnownToPension));
        Assert.Equal((200, BulkPlan.WarmUp), (list.Length, before.Length));
        Assert.Contains(list, one => one.WasAbroad);
        Assert.Contains(list, one => one.IsInDoubt);
        Assert.Contains(list, one => one.IsUnenrolled);
        Assert.Contains(list, one => one.MovedTo is not null);
        Assert.Contains(list, one => one.IsUnknownToTax);
        Assert.Equal(list.Sum(one => DueLink.Of(one, Residents(plan)).Questions), figures.Questions);
        Assert.Equal(figures.Questions, figures.Cold);
        Assert.True(figures is { Seconds: > 0, Bound: > 0, EnrolledIn: > 0, Multiplication.Min: > 1 } && figures.TimesBound > 1, figures.ToString());
        Assert.Equal(["generator", "hub", ExchangePlan.Chiyoda, ExchangePlan.Osaka, ExchangePlan.Pension, ExchangePlan.Tax], figures.Cpu.Keys.Order(StringComparer.Ordinal));
        Assert.NotNull(figures.Shortcoming);
        Assert.Contains(progress.Lines, line => line.StartsWith("enrolling the 2", StringComparison.Ordinal) && line.EndsWith(ExchangePlan.Pension, StringComparison.Ordinal));
        Assert.Contains("time : bound", BulkReport.Write(figures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_says_anything_else_than_the_records_is_a_mistake_and_the_mistake_names_nobody()
    {
        var residents = Residents(new BulkPlan(200));
        var one = residents.First(other => other is { IsEmployed: true, IsUnenrolled: false, WasAbroad: false, IsInDoubt: false, IsUnknownToTax: false });
        var due = DueLink.Of(one, residents);
        LinkingResult Right() => new()
        {
            Person = one.PensionKey,
            Outcome = LinkingOutcome.Linked,
            Municipality = one.Town,
            HouseholdSize = due.HouseholdSize,
            Employers = 1,
            Receipts = { new Receipt(), new Receipt() },
        };
        Assert.Null(due.Mistake(Right()));

        Action<LinkingResult>[] changes =
        [
            result => result.Outcome = LinkingOutcome.Conflicting, result => result.Findings.Add(new Finding { Code = "NOT_FOUND" }), result => result.Municipality = ExchangePlan.Osaka,
            result => result.HouseholdSize++, result => result.Employers = 2, result => result.Receipts.RemoveAt(0),
        ];

        Assert.All(changes, change =>
        {
            var wrong = Right();
            change(wrong);
            Assert.DoesNotContain(one.PensionKey, Assert.IsType<string>(due.Mistake(wrong)), StringComparison.Ordinal);
        });
    }

    static IReadOnlyList<Resident> Residents(BulkPlan plan) => Population.Draw(plan.Residents, [ExchangePlan.Chiyoda, ExchangePlan.Osaka]);
}
