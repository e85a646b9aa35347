using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.DataSets.Predicates;

/// <summary>
/// What a predicate asks of a record: comparisons of single fields with values, joined by <c>and</c>, such as
/// <c>assessment_state = ASSESSED and total_income &lt; 1500000</c>. There is no more to it, so that whoever reads the law
/// beside it can tell whether it is the same.
/// </summary>
public sealed partial class PredicateTest
{
    /// <summary>Characters.</summary>
    public const int LongestText = 256;

    readonly Comparison[] comparisons;

    PredicateTest(Comparison[] comparisons) => this.comparisons = comparisons;

    /// <summary>Names of the fields it compares.</summary>
    public IEnumerable<string> Fields => comparisons.Select(one => one.Field);

    /// <summary>As everybody writes it: one space between words. Two tests are the same if these are.</summary>
    public override string ToString() => string.Join(" and ", comparisons.Select(one => one.ToString()));

    /// <param name="mistake">What is wrong, naming what there is instead.</param>
    public static bool TryParse(string text, DataSetContract dataSet, [NotNullWhen(true)] out PredicateTest? test, out string mistake)
    {
        test = null;
        mistake = text.Length > LongestText ? $"a test has at most {LongestText} characters" : "";
        if (mistake.Length > 0)
            return false;
        var found = new List<Comparison>();
        foreach (var part in And().Split(text))
        {
            if (!Comparison.TryParse(part, dataSet, out var comparison, out mistake))
                return false;
            found.Add(comparison);
        }
        test = new PredicateTest([.. found]);
        return true;
    }

    /// <summary>NO when one comparison does not hold, whatever is not known; YES when all hold.</summary>
    /// <param name="record">Of the data set, whole.</param>
    public Truth Of(IMessage record)
    {
        var truth = Truth.Yes;
        foreach (var comparison in comparisons)
            switch (comparison.Of(record))
            {
                case false:
                    return Truth.No;
                case null:
                    truth = Truth.NotKnown;
                    break;
            }
        return truth;
    }

    [GeneratedRegex(@"\s+and\s+", RegexOptions.CultureInvariant)]
    private static partial Regex And();
}
