using System.Globalization;
using System.Text.Json;

namespace Exchange.Hammer.Results;

/// <summary>
/// Holds a comparison's ratios beside those of one on record. Machines and hours differ, so only a ratio that is several times worse says that
/// somebody broke something.
/// </summary>
static class Guard
{
    /// <summary>How many times worse than on record a ratio must be. The exchange waits for a disk and the direct call does not, so throughput differs more between machines.</summary>
    public const double FarCpu = 2.5, FarThroughput = 5;

    /// <param name="folder">Of a comparison's results.</param>
    /// <param name="mistakes">Why they cannot be read.</param>
    public static IReadOnlyList<Ratio> Read(string folder, List<string> mistakes)
    {
        var file = Path.Combine(folder, ResultFiles.Figures);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return json.RootElement.GetProperty("ratios").Deserialize<IReadOnlyList<Ratio>>(ResultFiles.Json)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            mistakes.Add($"--against {folder}: {file} has no ratios of a comparison: {e.Message}");
            return [];
        }
    }

    /// <summary>Tells every ratio that both have.</summary>
    /// <exception cref="FarOutsideException">One is far worse than on record, or there is none that both have.</exception>
    public static void Hold(Report report, IReadOnlyList<Ratio> recorded)
    {
        var both = Both(report.Ratios, recorded);
        Console.WriteLine("| contender | at once | throughput, times T0 | on record | CPU, times T0 | on record | |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---|");
        foreach (var one in both)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {one.Contender} | {one.Concurrency} | {one.Throughput:0.00} | {one.RecordedThroughput:0.00} | {one.Cpu:0.00} | {one.RecordedCpu:0.00} | {(one.IsFarOutside ? "**far worse**" : "")} |"));
        if (both.Count == 0)
            throw new FarOutsideException("What is on record has no contender, concurrency and size that this run has too.");
        if (both.Where(one => one.IsFarOutside).Select(one => $"{one.Contender} at {one.Concurrency}").ToArray() is { Length: > 0 } far)
            throw new FarOutsideException($"Far worse than on record: {string.Join(", ", far)}. Measure again on an idle machine; if it stays so, look at what changed, and put better figures on record only when the loss is meant.");
    }

    public static IReadOnlyList<Guarded> Both(IEnumerable<Ratio> now, IReadOnlyList<Ratio> recorded) =>
    [
        .. now.SelectMany(one => recorded.Where(before => (before.Contender, before.Concurrency, before.Size) == (one.Contender, one.Concurrency, one.Size)).Select(before =>
            new Guarded(one.Contender, one.Concurrency, one.Throughput.Median, before.Throughput.Median, one.Cpu?.Median, before.Cpu?.Median))),
    ];
}

/// <summary>One contender by the direct call, now and on record.</summary>
sealed record Guarded(string Contender, int Concurrency, double Throughput, double RecordedThroughput, double? Cpu, double? RecordedCpu)
{
    public bool IsFarOutside => Throughput * Guard.FarThroughput < RecordedThroughput || Cpu > RecordedCpu * Guard.FarCpu;
}

/// <summary>A ratio is far worse than on record.</summary>
sealed class FarOutsideException(string message) : Exception(message);
