using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Exchange.Benchmarks.Running;

/// <summary>What one case came to, per operation. Times in nanoseconds.</summary>
/// <param name="Group">Such as "Framing".</param>
/// <param name="Case">Such as "EncodeQuestions".</param>
/// <param name="Parameters">Such as "Items: 16"; empty without any.</param>
/// <param name="Samples">Iterations that were kept.</param>
/// <param name="AllocatedBytes">On the managed heap.</param>
sealed record CaseFigures(
    string Group, string Case, string Parameters, double MeanNs, double StandardErrorNs, double StandardDeviationNs, double MedianNs, double MinNs, double MaxNs,
    int Samples, long AllocatedBytes)
{
    /// <returns>Null when nothing was measured.</returns>
    public static CaseFigures? Of(BenchmarkReport report)
    {
        var one = report.BenchmarkCase;
        return report.ResultStatistics is not { } found ? null : new CaseFigures(
            one.Descriptor.Type.Name, one.Descriptor.WorkloadMethod.Name, ParametersOf(one),
            Rounded(found.Mean), Rounded(found.StandardError), Rounded(found.StandardDeviation), Rounded(found.Median), Rounded(found.Min), Rounded(found.Max),
            found.N, report.GcStats.GetBytesAllocatedPerOperation(one) ?? 0);
    }

    /// <summary>Such as "Framing.EncodeQuestions(Items: 16)": what filters match, without the namespace.</summary>
    public static string NameOf(BenchmarkCase one) => FullNameProvider.GetBenchmarkName(one)[(one.Descriptor.Type.Namespace!.Length + 1)..];

    static string ParametersOf(BenchmarkCase one) => string.Join(", ", one.Parameters.Items.Select(item => FormattableString.Invariant($"{item.Name}: {item.Value}")));

    static double Rounded(double value) => Math.Round(value, 2);
}
