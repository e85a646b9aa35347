namespace Exchange.Hammer.Ablation;

/// <param name="Rounds">Of every cell, the rungs taking turns.</param>
/// <param name="Length">Of a cell in one round.</param>
/// <param name="WarmUp">Of each rung, before anything counts.</param>
/// <param name="Concurrency">How many ask at once, a cell each.</param>
/// <param name="People">Residents of each exchange, half of them the requester's.</param>
/// <param name="Memory">Folder on a memory disk.</param>
sealed record AblationPlan(int Rounds, TimeSpan Length, TimeSpan WarmUp, IReadOnlyList<int> Concurrency, int People, string Memory)
{
    /// <summary>Of each caller to the middle, as they ship.</summary>
    public const int Connections = 2;

    /// <summary>At which the shares of tracing are judged.</summary>
    public const int JudgedConcurrency = 128;

    /// <summary>Less shows nothing of a few percent.</summary>
    public static readonly TimeSpan WantedLength = TimeSpan.FromSeconds(4);

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Rounds < 3)
            yield return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
        if (Length < TimeSpan.FromSeconds(1) || WarmUp < TimeSpan.FromSeconds(1))
            yield return "'--seconds' and '--warm-up' must be 1 or more: CPU time is counted in hundredths of a second.";
        if (Concurrency.Count == 0 || Concurrency.Any(one => one is < 1 or > 1000))
            yield return "'--concurrency' takes numbers from 1 to 1000.";
        else if (People < 4 * Concurrency.Max() || People > 100_000)
            yield return $"'--people' must be from {4 * Concurrency.Max()} (four times the highest concurrency) to 100000.";
    }

    /// <summary>Why a folder is on no memory disk; null when it is on one.</summary>
    public static string? NoMemoryDisk(string folder) =>
        !Directory.Exists(folder) ? $"there is no folder {folder}"
        : new DriveInfo(folder).DriveFormat is var format && format != "tmpfs" ? $"{folder} is on {format}, not on tmpfs"
        : null;
}
