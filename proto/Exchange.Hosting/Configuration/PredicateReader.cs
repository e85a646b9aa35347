using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.Protocol.Identity;

namespace Exchange.Hosting.Configuration;

/// <summary>Reads <c>predicates</c> of a row: a list of maps with <c>name</c>, <c>version</c> and <c>test</c>, alike in the matrix and in an allow-list.</summary>
public static class PredicateReader
{
    /// <param name="dataSet">Null when the row names none that is known: then the tests are not read.</param>
    /// <returns>Those without a mistake; each mistake is reported.</returns>
    public static IReadOnlyList<PredicateRule> Read(YamlMap row, DataSetContract? dataSet)
    {
        var rules = new List<PredicateRule>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var map in row.Maps("predicates"))
        {
            var name = map.Text("name");
            if (name.Length > 0 && (!AgencyNames.IsId(name) || name.Contains('.', StringComparison.Ordinal)))
                map.Report("name", $"'{name}' is no name of a predicate; write lower-case words with hyphens, such as low-income, at most {PredicateRule.LongestName} characters");
            else if (name.Length > 0 && !names.Add(name))
                map.Report("name", $"predicate '{name}' stands twice; a question names it once, so there must be one");
            var version = map.Text("version");
            if (version.Length > PredicateRule.LongestVersion || version.Any(one => !char.IsAsciiLetterOrDigit(one) && one is not ('.' or '-')))
                map.Report("version", $"'{version}' is no version; write letters, digits, dots and hyphens, such as 2025-10, at most {PredicateRule.LongestVersion} characters");
            var text = map.Text("test");
            if (text.Length > 0 && dataSet is not null)
            {
                if (PredicateTest.TryParse(text, dataSet, out var test, out var mistake))
                    rules.Add(new PredicateRule(name, version, test));
                else
                    map.Report("test", mistake);
            }
            map.RefuseUnknownKeys();
        }
        if (dataSet is not null && !PredicateRule.FitOneAnswer(rules, dataSet.DeclaredSize))
            row.Report("predicates", $"an answer of {dataSet.Id} has {dataSet.DeclaredSize} bytes, and all these verdicts together do not fit; name fewer, or give them shorter names");
        return rules;
    }
}
