namespace Exchange.Hammer.Appending;

/// <param name="Rounds">Of every cell, taking turns.</param>
/// <param name="Length">Of a cell in one round.</param>
/// <param name="Waiting">How many wait for their entry at once, a cell each.</param>
/// <param name="PerSecond">What is offered in the open loop.</param>
sealed record AppendPlan(int Rounds, TimeSpan Length, IReadOnlyList<int> Waiting, int PerSecond)
{
    /// <summary>Why this is no measurement, or null.</summary>
    public string? Mistake() =>
        Rounds < 3 ? "--rounds must be 3 or more: one round says nothing about the next"
        : Length < TimeSpan.FromSeconds(1) ? "--seconds must be 1 or more"
        : Waiting.Any(one => one is < 1 or > 65_536) ? "--waiting must be 1 to 65536, which is as many as the log lets wait"
        : PerSecond < 1 ? "--offered must be 1 or more"
        : null;
}
