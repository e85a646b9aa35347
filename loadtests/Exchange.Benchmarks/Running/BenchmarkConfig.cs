using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace Exchange.Benchmarks.Running;

/// <summary>
/// How BenchmarkDotNet measures here: inside this process, since a project that it generates would be built under this repository's rules
/// with packages of its own. Whatever is measured is therefore built as this program is.
/// </summary>
static class BenchmarkConfig
{
    /// <param name="quick">Shorter and fewer iterations: to see that everything runs, and about how large it is.</param>
    /// <param name="artifacts">For BenchmarkDotNet's own log.</param>
    public static ManualConfig Create(bool quick, IReadOnlyList<string> filters, string artifacts, ProgressLines progress, ILogger log)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        job = quick
            ? job.WithId("quick").WithIterationTime(TimeInterval.FromMilliseconds(50)).WithWarmupCount(2).WithIterationCount(5)
            : job.WithId("full").WithIterationTime(TimeInterval.FromMilliseconds(250)).WithMaxIterationCount(20);
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddValidator(JitOptimizationsValidator.FailOnError)
            .AddFilter(new GlobFilter([.. filters]))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddEventProcessor(progress)
            .AddLogger(log)
            .WithArtifactsPath(artifacts);
    }
}
