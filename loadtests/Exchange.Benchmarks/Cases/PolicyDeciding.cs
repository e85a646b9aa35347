using System.Globalization;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Protocol.DataSets;

namespace Exchange.Benchmarks.Cases;

/// <summary>Decisions of a matrix of growing size, asked all over it, so that its rows are not always at hand in the processor's cache.</summary>
public class PolicyDeciding
{
    /// <summary>A power of two.</summary>
    const int Questions = 4096;

    const int TasksOfTown = 50;

    static readonly DateOnly today = new(2026, 4, 1);

    readonly (string Town, string Task)[] questions = new (string, string)[Questions];
    PolicyMatrix matrix = null!;
    int at;

    [Params(10, 100, 1_000, 10_000, 100_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var towns = (Rows + TasksOfTown - 1) / TasksOfTown;
        var agencies = Enumerable.Range(0, towns).Select(number => new AgencyEntry(Town(number), "municipality", "Town", AgencyStatus.Active, [1]))
            .Append(new AgencyEntry(Parties.Tax, "tax", "Tax", AgencyStatus.Active, [1]));
        var rows = Enumerable.Range(0, Rows).Select(row => new PolicyRow(
            row, 1, Town(row / TasksOfTown), Task(row), Parties.Tax, IncomeLookup.DataSet, IncomeLookup.Fields, Condition.None, "Number Act, art. 19 (8)", today, null));
        matrix = new PolicyMatrix(IncomeLookup.PolicyVersion, new AgencyDirectory("1", agencies, [DataSetCatalogue.Income]), [.. rows]);
        // A prime step visits rows far from each other.
        for (var i = 0; i < Questions; i++)
        {
            var row = (int)(i * 7919L % Rows);
            // Copies: the names of a question come off the wire and are no objects of the matrix.
            questions[i] = (new string(Town(row / TasksOfTown)), new string(Task(row)));
        }
    }

    /// <summary>A row names both agencies.</summary>
    [Benchmark]
    public bool Granted()
    {
        var (town, task) = questions[at++ & (Questions - 1)];
        return matrix.Decide(town, Parties.Tax, task, IncomeLookup.DataSet, today).IsGranted;
    }

    /// <summary>No row does, nor any by kind: all four places are looked at.</summary>
    [Benchmark]
    public bool NotPermitted()
    {
        var (town, task) = questions[at++ & (Questions - 1)];
        return matrix.Decide(Parties.Tax, town, task, IncomeLookup.DataSet, today).IsGranted;
    }

    static string Town(int number) => string.Create(CultureInfo.InvariantCulture, $"jp.town-{number}");

    static string Task(int row) => string.Create(CultureInfo.InvariantCulture, $"task-{row % TasksOfTown}");
}
