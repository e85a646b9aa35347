using System.Globalization;
using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Exchange.Benchmarks.Running;

/// <summary>A line for each case that is done.</summary>
/// <param name="all">Cases in the run.</param>
sealed class ProgressLines(Func<int> all) : EventProcessor
{
    int done;

    public override void OnEndRunBenchmark(BenchmarkCase benchmarkCase, BenchmarkReport report)
    {
        var result = report.Success && CaseFigures.Of(report) is { } figures
            ? string.Create(CultureInfo.InvariantCulture, $"{Units.Time(figures.MeanNs),12}   {figures.AllocatedBytes,9:#,0} B")
            : "failed";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{++done}/{all()}] {CaseFigures.NameOf(benchmarkCase),-46} {result}"));
    }
}
