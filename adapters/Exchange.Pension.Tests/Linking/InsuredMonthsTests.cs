using CsCheck;
using Exchange.Adapter.Jobs;
using Exchange.Pension.Linking;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Pension.Tests.Linking;

public sealed class InsuredMonthsTests
{
    static readonly LinkingDay day = new(new DateOnly(2026, 1, 1), 2025);

    static readonly Enrolment allOf2025 = Enrolled(("2020-04-01", ""));

    [Theory]
    [InlineData("2020-04-01", "", "")]
    [InlineData("", "", "")]
    [InlineData("2025-02-30", "", "")]
    [InlineData("2026-01-01", "", "")]
    public void An_employment_within_the_enrolment_or_of_no_known_beginning_or_not_of_the_year_has_no_missing_month(string from, string until, string missing) =>
        Assert.Equal(missing, Missing(from, until, allOf2025));

    [Theory]
    // Lost in the middle of a month: that month is not counted.
    [InlineData("2025-02-10", "2025-05-16", "2025-03-20", "2025-05-16", "2025-02")]
    // The first day of a month: the one before is the last.
    [InlineData("2025-02-10", "2025-06-01", "2025-02-10", "2025-05-01", "2025-05")]
    // A month of which the enrolment held a single day is covered.
    [InlineData("2025-02-10", "2025-06-01", "2025-02-28", "2025-05-02", "")]
    [InlineData("2025-02-10", "2025-02-20", "2024-01-01", "2024-02-01", "")]
    [InlineData("2025-11-10", "", "2020-01-01", "2025-11-01", "2025-11, 2025-12")]
    public void Months_count_from_the_one_in_which_an_employment_begins_to_the_one_before_it_ends(string from, string until, string enrolledFrom, string enrolledUntil, string missing) =>
        Assert.Equal(missing, Missing(from, until, Enrolled((enrolledFrom, enrolledUntil))));

    [Fact]
    public void Of_a_year_that_is_not_over_months_after_the_day_are_not_missing() =>
        Assert.Equal(["2026-01", "2026-02"], InsuredMonths.Missing(new EmploymentStatement { EmployedFrom = "2026-01-10" }, null, new LinkingDay(new DateOnly(2026, 2, 3), 2026)));

    [Fact]
    public void Without_an_enrolment_record_or_periods_every_month_is_missing_and_a_period_of_another_category_covers_none()
    {
        var asDependant = Enrolled(("2020-04-01", ""));
        asDependant.Periods[0].Category = InsuredCategory.Third;
        foreach (var enrolment in new[] { null, new Enrolment(), asDependant })
            Assert.Equal("2025-11, 2025-12", Missing("2025-11-01", "", enrolment));
    }

    [Fact]
    public void What_a_period_does_not_tell_contradicts_nothing()
    {
        Assert.Equal("", Missing("2025-11-01", "", Enrolled(("", ""))));
        Assert.Equal("", Missing("2025-11-01", "", Enrolled(("never", "ever"))));
        var ofNoCategory = Enrolled(("2020-04-01", ""));
        ofNoCategory.Periods[0].Category = InsuredCategory.Unspecified;
        Assert.Equal("", Missing("2025-11-01", "", ofNoCategory));
    }

    [Fact]
    public void Whatever_the_dates_a_month_is_missing_if_and_only_if_it_is_employed_and_no_day_of_it_enrolled()
    {
        var date = Gen.Int[-800, 800].Select(days => new DateOnly(2025, 6, 1).AddDays(days));
        Gen.Select(date, date, date, date).Sample((from, until, enrolledFrom, enrolledUntil) =>
        {
            var expected = Enumerable.Range(1, 12).Where(month =>
            {
                var (first, next) = (new DateOnly(2025, month, 1), new DateOnly(2025, month, 1).AddMonths(1));
                var employed = from < next && until >= next;
                var enrolled = Enumerable.Range(0, next.DayNumber - first.DayNumber).Select(first.AddDays).Any(one => enrolledFrom <= one && one < enrolledUntil);
                // A period that ends in the month in which it begins holds for that month's days before its end.
                return employed && !enrolled && enrolledFrom < enrolledUntil;
            }).Select(month => $"2025-{month:00}");
            if (enrolledFrom < enrolledUntil)
                Assert.Equal(string.Join(", ", expected), Missing(Text(from), Text(until), Enrolled((Text(enrolledFrom), Text(enrolledUntil)))));
        });
    }

    [Fact]
    public void Whatever_stands_in_the_records_nothing_throws() =>
        Gen.Select(Texts, Texts, Texts, Texts, Gen.Int[0, 9]).Sample((from, until, enrolledFrom, enrolledUntil, category) =>
        {
            var enrolment = Enrolled((enrolledFrom, enrolledUntil));
            enrolment.Periods[0].Category = (InsuredCategory)category;
            Assert.InRange(InsuredMonths.Missing(new EmploymentStatement { EmployedFrom = from, EmployedUntil = until }, enrolment, day).Count, 0, 12);
        });

    static Gen<string> Texts => Gen.OneOf(Gen.String, Gen.OneOf("", "0001-01-01", "9999-12-31", "2025-02-29", "2025-06-15"), Gen.Date.Select(one => Text(DateOnly.FromDateTime(one))));

    static string Text(DateOnly date) => RecordDate.Text(date);

    static string Missing(string from, string until, Enrolment? own) =>
        string.Join(", ", InsuredMonths.Missing(new EmploymentStatement { EmployedFrom = from, EmployedUntil = until }, own, day));

    static Enrolment Enrolled(params (string From, string Until)[] periods) => new()
    {
        Periods = { periods.Select(one => new EnrolmentPeriod { Category = InsuredCategory.Second, From = one.From, Until = one.Until }) },
    };
}
