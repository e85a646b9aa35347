namespace Exchange.Hammer.Kills;

/// <summary>What a drill came to.</summary>
/// <param name="DuringStart">More kills, of a hub that was still starting.</param>
/// <param name="Repeated">Answers before which the question went out more than once, by itself.</param>
/// <param name="Refused">How often, by reason.</param>
/// <param name="Outages">From each kill to the next answers.</param>
/// <param name="Extensions">Checkpoints that were seen to go on with the one before.</param>
/// <param name="Entries">Under the last checkpoint.</param>
sealed record KillFigures(
    KillPlan Plan, int DuringStart, long Answers, long Repeated, IReadOnlyDictionary<string, int> Refused, IReadOnlyList<TimeSpan> Outages, int Extensions, ulong Entries)
{
    /// <summary>Of the files, once everything was stopped.</summary>
    public IReadOnlyList<FileCheck> Checks { get; init; } = [];

    public bool IsGood => Checks.Count > 0 && Checks.All(one => one.IsGood);
}
