using Exchange.Hosting.Calendar;
using Exchange.V1;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Policy;

public sealed class PolicyMatrixTests
{
    const string Task = "benefit-eligibility";

    [Fact]
    public void What_no_row_permits_is_refused_with_the_reason()
    {
        var matrix = Matrix();

        Assert.Equal(Reason.TaskUnknown, matrix.Decide(Chiyoda, Tax, "benefit-eligibilty", Income, Today).Reason);
        Assert.Equal(Reason.DataSetUnknown, matrix.Decide(Chiyoda, Tax, Task, "tax.income.v2", Today).Reason);
        Assert.Equal(Reason.ProviderUnknown, matrix.Decide(Chiyoda, "jp.pension", Task, Income, Today).Reason);
        Assert.Equal(Reason.AgencyUnknown, matrix.Decide("jp.mun.011002", Tax, Task, Income, Today).Reason);
        Assert.Equal(Reason.NotPermitted, matrix.Decide(Tax, Chiyoda, Task, ResidentTax, Today).Reason);
        Assert.Equal(Reason.NotPermitted, matrix.Decide(Chiyoda, Chuo, Task, Income, Today).Reason);
    }

    [Fact]
    public void A_kind_is_not_an_agency_when_asking()
    {
        Assert.Equal(Reason.ProviderUnknown, Matrix().Decide(Chiyoda, "tax", Task, Income, Today).Reason);
        Assert.Equal(Reason.AgencyUnknown, Matrix().Decide("municipality", Tax, Task, Income, Today).Reason);
    }

    [Fact]
    public void A_grant_names_fields_basis_and_row()
    {
        var decision = Matrix().Decide(Chiyoda, Tax, Task, Income, Today);

        Assert.True(decision.IsGranted);
        Assert.Equal([1u, 2u, 3u], decision.Fields);
        Assert.Equal("Number Act art. 19 (8)", decision.LegalBasis);
        Assert.Equal(2, decision.Row!.Line);
        Assert.Equal([1u, 2u, 3u], new Grant { Fields = { decision.Fields } }.Fields);
    }

    [Fact]
    public void A_row_holds_from_its_first_to_its_last_day()
    {
        var matrix = Matrix(Rows(Row("municipality", "tax", from: "2026-02-01", until: "2026-02-28")));

        Reason On(int month, int day) => matrix.Decide(Chiyoda, Tax, Task, Income, new DateOnly(2026, month, day)).Reason;

        Assert.Equal(Reason.NotPermitted, On(1, 31));
        Assert.Equal(Reason.Unspecified, On(2, 1));
        Assert.Equal(Reason.Unspecified, On(2, 28));
        Assert.Equal(Reason.NotPermitted, On(3, 1));
    }

    [Fact]
    public void The_most_specific_row_in_force_decides_alone()
    {
        string[] rows =
        [
            Row("municipality", "tax", basis: "kind to kind"),
            Row("municipality", Tax, basis: "kind to agency", until: "2026-12-31"),
            Row(Chiyoda, "tax", basis: "agency to kind", until: "2026-06-30"),
            Row(Chiyoda, Tax, basis: "agency to agency", until: "2026-03-31"),
        ];
        var matrix = Matrix(Rows(rows));

        string Basis(string requester, int month) => matrix.Decide(requester, Tax, Task, Income, new DateOnly(2026, month, 1)).LegalBasis;

        Assert.Equal("agency to agency", Basis(Chiyoda, 3));
        Assert.Equal("agency to kind", Basis(Chiyoda, 4));
        Assert.Equal("kind to agency", Basis(Chiyoda, 7));
        Assert.Equal("kind to kind", matrix.Decide(Chiyoda, Tax, Task, Income, new DateOnly(2027, 1, 1)).LegalBasis);
        Assert.Equal("kind to agency", Basis(Chuo, 3));
    }

    [Fact]
    public void A_row_that_asks_for_consent_grants_with_it_and_is_not_passed_over_for_a_wider_one()
    {
        var matrix = Matrix(Rows(Row("municipality", "tax"), Row(Chiyoda, Tax, condition: "consent")));

        var decision = matrix.Decide(Chiyoda, Tax, Task, Income, Today);

        Assert.True(decision is { IsGranted: true, NeedsConsent: true });
        Assert.True(matrix.Decide(Chuo, Tax, Task, Income, Today) is { IsGranted: true, NeedsConsent: false });
    }

    [Fact]
    public void A_suspended_agency_neither_asks_nor_is_asked()
    {
        var directory = Agencies(DirectoryText.Replace("name: Chuo, status: active", "name: Chuo, status: suspended", StringComparison.Ordinal));
        var matrix = Matrix(Rows(Row("municipality", "tax"), Row("municipality", "municipality", dataSet: ResidentTax, fields: "fiscal_year")), directory);

        Assert.Equal(Reason.AgencySuspended, matrix.Decide(Chuo, Tax, Task, Income, Today).Reason);
        Assert.Equal(Reason.AgencySuspended, matrix.Decide(Chiyoda, Chuo, Task, ResidentTax, Today).Reason);
        Assert.False(matrix.MayOpenSession(Chuo, Tax, Today));
        Assert.False(matrix.MayOpenSession(Chiyoda, Chuo, Today));
        Assert.True(matrix.MayOpenSession(Chiyoda, Tax, Today));
    }

    [Fact]
    public void A_session_needs_a_row_in_force_in_its_direction()
    {
        var matrix = Matrix(Rows(
            Row("municipality", "tax", until: "2026-01-31"),
            Row("municipality", "tax", task: "child-allowance", from: "2026-01-15", until: "2026-02-28"),
            Row("municipality", "tax", from: "2026-06-01"),
            Row(Chuo, Chiyoda, dataSet: ResidentTax, fields: "fiscal_year", condition: "consent")));

        bool On(int month, int day) => matrix.MayOpenSession(Chiyoda, Tax, new DateOnly(2026, month, day));

        Assert.Equal([true, true, false, false, true], new[] { On(1, 1), On(2, 28), On(3, 1), On(5, 31), On(6, 1) });
        Assert.False(matrix.MayOpenSession(Tax, Chiyoda, Today));
        Assert.True(matrix.MayOpenSession(Chuo, Chiyoda, Today));
        Assert.False(matrix.MayOpenSession(Chiyoda, "jp.nobody", Today));
    }

    [Fact]
    public void Rows_for_an_agency_are_those_in_force_that_name_it_or_its_kind_on_either_side()
    {
        var matrix = Matrix(Rows(
            Row("municipality", "tax", basis: "a"),
            Row(Chiyoda, Tax, basis: "b"),
            Row(Chuo, Tax, basis: "c"),
            Row("municipality", "tax", task: "old", basis: "d", until: "2026-03-31"),
            Row("tax", "municipality", dataSet: ResidentTax, fields: "fiscal_year", basis: "e"),
            Row("municipality", Chiyoda, dataSet: ResidentTax, fields: "fiscal_year", basis: "f")));

        Assert.Equal(["a", "b", "e", "f"], matrix.RowsFor(Chiyoda, Today).Select(row => row.LegalBasis).Order());
        Assert.Equal(["a", "c", "e", "f"], matrix.RowsFor(Chuo, Today).Select(row => row.LegalBasis).Order());
        Assert.Equal(["a", "b", "c", "e"], matrix.RowsFor(Tax, Today).Select(row => row.LegalBasis).Order());
        Assert.Empty(matrix.RowsFor("jp.nobody", Today));
    }

    [Fact]
    public void Tasks_are_those_any_row_names() =>
        Assert.Equal(["a", "b"], Matrix(Rows(Row(Chiyoda, Tax, task: "a"), Row(Chuo, Tax, task: "b"), Row(Chuo, Tax, task: "a"))).Tasks.Order());

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var matrix = Matrix();
        // The runtime may allocate while it compiles what has become hot; a decision that allocated would do so every time.
        Assert.Contains(0, Enumerable.Range(0, 20).Select(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                matrix.Decide(Chiyoda, Tax, Task, Income, Today);
                matrix.Decide(Tax, Chiyoda, Task, Income, Today);
                matrix.MayOpenSession(Chiyoda, Tax, Today);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void The_legal_day_is_that_of_Japan()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 31, 14, 59, 59, TimeSpan.Zero));

        Assert.Equal(new DateOnly(2026, 3, 31), LegalDay.Today(time));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new DateOnly(2026, 4, 1), LegalDay.Today(time));
    }
}
