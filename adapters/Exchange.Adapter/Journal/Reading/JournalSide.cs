namespace Exchange.Adapter.Journal.Reading;

/// <summary>Which of the two an entry is.</summary>
public enum JournalSide
{
    /// <summary>What this agency asked.</summary>
    Asked,

    /// <summary>What it was asked and answered.</summary>
    Answered,
}

static class JournalSides
{
    /// <param name="side">Null: both.</param>
    public static IReadOnlyList<string> Tables(JournalSide? side) => side switch
    {
        JournalSide.Asked => ["asked"],
        JournalSide.Answered => ["answered"],
        _ => ["asked", "answered"],
    };
}
