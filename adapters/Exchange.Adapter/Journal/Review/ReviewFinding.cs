namespace Exchange.Adapter.Journal.Review;

/// <summary>What snooping looks like from outside. The names stay as they are.</summary>
public enum SnoopingPattern
{
    NoCase,
    Colleague,
    SamePersonAgain,
    FarAboveOthers,
}

/// <summary>A reason to ask an official; no proof of anything.</summary>
/// <param name="Agency">Of the official, where others asked; empty for this one's own.</param>
/// <param name="Person">The person asked about; empty when it is not about one.</param>
/// <param name="Task">Empty when it is not about one.</param>
/// <param name="Lookups">Entries that make the pattern.</param>
/// <param name="People">Persons among them; 0 when they were not counted.</param>
/// <param name="Days">Days of Japan among them; 0 when they were not counted.</param>
/// <param name="Newest">A few of the entries.</param>
public sealed record ReviewFinding(
    SnoopingPattern Pattern, string Official, string Agency, string Person, string Task, long Lookups, long People, long Days, IReadOnlyList<JournalEntry> Newest)
{
    /// <summary>Says nothing about official and person.</summary>
    public override string ToString() => Pattern.ToString();

    public static string Name(SnoopingPattern pattern) => pattern switch
    {
        SnoopingPattern.NoCase => "NO_CASE",
        SnoopingPattern.Colleague => "COLLEAGUE",
        SnoopingPattern.SamePersonAgain => "SAME_PERSON_AGAIN",
        _ => "FAR_ABOVE_OTHERS",
    };

    public static string Words(SnoopingPattern pattern, ReviewOptions options) => pattern switch
    {
        SnoopingPattern.NoCase => "asked without naming a case.",
        SnoopingPattern.Colleague => "asked about somebody on the list of colleagues.",
        SnoopingPattern.SamePersonAgain => $"asked about the same person on {options.Days} days or more.",
        _ => $"asked about at least {options.Times} times as many people as the middle official of the task, and at least {options.LeastPeople}.",
    };
}

/// <param name="Findings">The gravest of each pattern first.</param>
/// <param name="IsCut">There are more findings of some pattern than are told.</param>
/// <param name="Sample">Drawn at random from all entries of the time, oldest first.</param>
/// <param name="Entries">How many were looked at.</param>
/// <param name="Unopened">Those that do not open, and so were looked at from outside only.</param>
public sealed record ReviewResult(IReadOnlyList<ReviewFinding> Findings, bool IsCut, IReadOnlyList<JournalEntry> Sample, long Entries, long Unopened);
