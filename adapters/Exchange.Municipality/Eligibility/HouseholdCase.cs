using System.Globalization;
using Agency.V1;
using Exchange.Adapter.LocalApi;

namespace Exchange.Municipality.Eligibility;

/// <summary>
/// Who is decided on, and when. Three years hang on the day: incomes are those of the calendar year before; resident tax
/// is that of the fiscal year named like the day's calendar year, since it is levied on just those incomes (from January
/// to March it is not assessed yet, and the fiscal year that still runs speaks of older incomes and perhaps of another
/// municipality); and it is levied where a person lived on 1 January.
/// </summary>
sealed record HouseholdCase(DateOnly DecidedOn, IReadOnlyList<Member> Members)
{
    public const int MaximumMembers = 20;

    public int IncomeYear => DecidedOn.Year - 1;

    public int FiscalYear => DecidedOn.Year;

    public DateOnly ReferenceDay => new(DecidedOn.Year, 1, 1);

    /// <summary>Those whose income counts, and who are asked about.</summary>
    public IEnumerable<Member> Adults => Members.Where(member => member.IsAdultAtTheEndOf(IncomeYear));

    /// <summary>Those known to be younger at the end of the income year; of whom no birth is told is none.</summary>
    public int MembersUnder(int age) => Members.Count(member => !member.IsOfAge(age, IncomeYear));

    /// <summary>For the steps of a decision.</summary>
    public string Years =>
        $"Decided on {DecidedOn:yyyy-MM-dd}: incomes of {IncomeYear}, resident tax of fiscal year {FiscalYear}, residence on {ReferenceDay:yyyy-MM-dd}.";

    /// <param name="today">For an empty <c>decided_on</c>.</param>
    /// <param name="mistakes">Every mistake is added; none repeats what was sent.</param>
    /// <returns>Null when the day itself could not be read; otherwise worth something only without mistakes.</returns>
    public static HouseholdCase? Read(EligibilityRequest request, DateOnly today, List<string> mistakes)
    {
        var before = mistakes.Count;
        RequestCheck.Text(mistakes, "official", request.Official, RequestCheck.NameLength, required: true);
        RequestCheck.Text(mistakes, "case_id", request.CaseId, RequestCheck.NameLength, required: false);
        var day = request.DecidedOn.Length == 0 ? today : Date(mistakes, "decided_on", request.DecidedOn);
        if (day?.Year > today.Year)
            mistakes.Add("'decided_on' lies in a year that has not begun, so the incomes of the year before it are not complete");
        if (request.Members.Count == 0)
            mistakes.Add("'members' is empty; name everybody of the household, the applicant included");
        if (request.Members.Count > MaximumMembers)
            mistakes.Add($"'members' has more than {MaximumMembers}");
        var first = new Dictionary<string, int>();
        var members = request.Members.Take(MaximumMembers).Select((member, i) => Read(member, i, day, first, mistakes)).ToArray();
        if (day is null)
            return null;
        var household = new HouseholdCase(day.Value, members);
        // Nobody would be asked about, and a household of which nothing is known would meet every condition.
        if (mistakes.Count == before && !household.Adults.Any())
            mistakes.Add($"'members' has nobody of {Member.AdultAge} years or more at the end of {household.IncomeYear}, whose income would count");
        return household;
    }

    static Member Read(EligibilityMember member, int i, DateOnly? day, Dictionary<string, int> first, List<string> mistakes)
    {
        RequestCheck.Text(mistakes, $"members[{i}].person", member.Person, RequestCheck.PersonLength, required: true);
        if (!first.TryAdd(member.Person, i) && !string.IsNullOrWhiteSpace(member.Person))
            mistakes.Add($"'members[{i}].person' is that of members[{first[member.Person]}] again");
        var bornOn = member.BornOn.Length == 0 ? null : Date(mistakes, $"members[{i}].born_on", member.BornOn);
        if (bornOn > day)
            mistakes.Add($"'members[{i}].born_on' lies after 'decided_on'");
        return new Member(i + 1, member.Person, bornOn);
    }

    static DateOnly? Date(List<string> mistakes, string field, string value)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        mistakes.Add($"'{field}' is no date; write it like 2026-06-20");
        return null;
    }

    /// <summary>Says nothing about persons.</summary>
    public override string ToString() => nameof(HouseholdCase);
}

/// <param name="Place">In the request, from 1: how the steps of a decision speak of a member.</param>
/// <param name="Person">This agency's own key.</param>
/// <param name="BornOn">Null: an adult.</param>
sealed record Member(int Place, string Person, DateOnly? BornOn)
{
    public const int AdultAge = 16;

    public bool IsAdultAtTheEndOf(int year) => IsOfAge(AdultAge, year);

    /// <summary>At the end of the year. A year of age is complete at the end of the day before the birthday (Act on Calculation of Ages), so who is born on 1 January completes it on 31 December.</summary>
    public bool IsOfAge(int age, int year) => BornOn is not { } born || born.Year + age + (born.DayOfYear == 1 ? 0 : 1) <= year + 1;

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(Member);
}
