using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Drops;

namespace Exchange.Adapter.Sources.People;

/// <summary>How a file of changes of people is written.</summary>
/// <param name="Words">Of the column of changes, with what each means.</param>
sealed record DeltaFormat(string ChangeColumn, string KeyColumn, string NumberColumn, CsvFormat Csv, IReadOnlyDictionary<string, Change> Words)
{
    public static IReadOnlyDictionary<string, Change> OwnWords { get; } = new Dictionary<string, Change>(StringComparer.Ordinal)
    {
        ["born"] = Change.Born,
        ["moved_in"] = Change.MovedIn,
        ["number_changed"] = Change.NumberChanged,
        ["number_corrected"] = Change.NumberCorrected,
        ["moved_out"] = Change.MovedOut,
        ["died"] = Change.Died,
        ["removed"] = Change.Removed,
    };

    public static DeltaFormat Default { get; } = new("change", "key", "number", new CsvFormat(), OwnWords);
}

/// <summary>What happened to a person.</summary>
enum Change
{
    Born,
    MovedIn,

    /// <summary>Officially: the earlier number stays theirs.</summary>
    NumberChanged,

    /// <summary>The earlier number was somebody else's.</summary>
    NumberCorrected,

    /// <summary>Stays enrolled: records of earlier years are still asked for.</summary>
    MovedOut,

    /// <summary>As <see cref="MovedOut"/>.</summary>
    Died,

    /// <summary>Is no person of this agency any more.</summary>
    Removed,
}

/// <summary>Where a serving adapter finds files of changes.</summary>
sealed record DeltaPlace(FilePattern Files, DeltaFormat Format);
