using System.Text;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// Local keys of persons whose number was officially changed since they were enrolled. Their earlier number stays
/// theirs; whoever is not listed and has another number than before had a wrong one.
/// </summary>
public sealed class ChangedNumbers
{
    static readonly UTF8Encoding utf8 = new(false, throwOnInvalidBytes: true);

    readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);

    ChangedNumbers()
    {
    }

    public static ChangedNumbers None { get; } = new();

    /// <summary>One key a line, UTF-8; blank lines are passed over.</summary>
    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ChangedNumbers Read(string path)
    {
        var problems = new Problems();
        var changed = new ChangedNumbers();
        try
        {
            foreach (var (i, line) in File.ReadLines(path, utf8).Index())
            {
                var key = line.Trim();
                if (key.Length > PersonLines.LongestKey)
                    problems.Add(path, i + 1, 1, $"more than {PersonLines.LongestKey} characters; write one local key a line");
                else if (key.Length > 0)
                    changed.lines.TryAdd(key, i + 1);
            }
        }
        catch (DecoderFallbackException)
        {
            problems.Add(path, 0, 0, "not valid UTF-8; write it in UTF-8, whatever the list of people is in");
        }
        problems.ThrowIfAny();
        return changed;
    }

    internal static ChangedNumbers Of(IEnumerable<string> keys)
    {
        var changed = new ChangedNumbers();
        foreach (var (i, key) in keys.Index())
            changed.lines.TryAdd(key, i + 1);
        return changed;
    }

    internal bool Contains(string key) => lines.ContainsKey(key);

    /// <summary>Null when everybody listed is enrolled: of a misspelt key, the person meant would be taken for corrected.</summary>
    internal Refusal? Unknown(People people)
    {
        var unknown = lines.Where(line => !people.TryFind(line.Key, out _)).Select(line => line.Value).Order().ToList();
        return unknown.Count == 0 ? null : Reasons.Refuse(
            Reason.PersonUnknown, $"Of the keys listed as officially changed, {unknown.Count} are nobody's who is enrolled, the first in line {unknown[0]}; nothing was sent.");
    }
}
