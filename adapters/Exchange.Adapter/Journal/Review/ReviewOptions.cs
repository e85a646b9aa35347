using Exchange.Adapter.Journal.Reading;

namespace Exchange.Adapter.Journal.Review;

/// <summary>What a review looks at, and from where on it finds something worth a question.</summary>
public sealed record ReviewOptions
{
    /// <summary>Asked: this agency's officials. Answered: those of others.</summary>
    public JournalSide Side { get; init; } = JournalSide.Asked;

    /// <summary>Milliseconds since 1970, included; and the first that is not.</summary>
    public required long From { get; init; }

    public required long Until { get; init; }

    /// <summary>Entries drawn at random, 0 to 1000. Default 25.</summary>
    public int Sample { get; init; } = 25;

    /// <summary>Local persons whom nobody looks up without need, such as those who work here.</summary>
    public IReadOnlySet<string> Colleagues { get; init; } = new HashSet<string>();

    /// <summary>Days of Japan on which one official asked about one person, from 2. Default 5.</summary>
    public int Days { get; init; } = 5;

    /// <summary>How many times as many people as the middle official of the task, from 2. Default 5.</summary>
    public int Times { get; init; } = 5;

    /// <summary>Fewer people than this are never far above the others. Default 50.</summary>
    public int LeastPeople { get; init; } = 50;
}
