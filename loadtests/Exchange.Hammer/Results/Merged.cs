using System.Text.Json.Serialization;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Appending;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Results;

/// <summary>Results of other verbs beside a comparison: of the same commit, and of each verb the latest.</summary>
/// <param name="Results">All that were given.</param>
sealed record Merged(IReadOnlyList<MergedResult> Results)
{
    public static Merged None { get; } = new([]);

    [JsonIgnore]
    public AppendFigures? Append { get; private init; }

    [JsonIgnore]
    public ConnectionsFigures? Connections { get; private init; }

    [JsonIgnore]
    public SoakFigures? Soak { get; private init; }

    [JsonIgnore]
    public BulkFigures? Bulk { get; private init; }

    [JsonIgnore]
    public FairnessFigures? Fairness { get; private init; }

    [JsonIgnore]
    public AblationFigures? Ablation { get; private init; }

    /// <param name="commit">Of the comparison.</param>
    public static Merged Of(IReadOnlyList<FoundResult> found, string commit)
    {
        var latest = found.Where(one => one.Result.Machine.Commit == commit && one.Result.Shortcoming is null).GroupBy(one => one.Result.Verb).Select(verb => verb.MaxBy(one => one.Result.Began)!).ToArray();
        T? Latest<T>() where T : class, IMeasured => latest.Select(one => one.Result).OfType<T>().FirstOrDefault();
        string? WhyNot(FoundResult one) =>
            one.Result.Machine.Commit != commit ? $"it is of commit {one.Result.Machine.Commit}"
            : one.Result.Shortcoming ?? (latest.Contains(one) ? null : "there is a later one");
        return new Merged([.. found.Select(one => new MergedResult(one.Name, one.Result.Verb, one.Result.Machine.Commit, one.Result.Began, WhyNot(one)))])
        {
            Append = Latest<AppendFigures>(),
            Connections = Latest<ConnectionsFigures>(),
            Soak = Latest<SoakFigures>(),
            Bulk = Latest<BulkFigures>(),
            Fairness = Latest<FairnessFigures>(),
            Ablation = Latest<AblationFigures>(),
        };
    }
}

/// <param name="Name">Of its folder.</param>
/// <param name="NotUsed">Why no target is judged by it; null where one is.</param>
sealed record MergedResult(string Name, string Verb, string Commit, DateTimeOffset Began, string? NotUsed);
