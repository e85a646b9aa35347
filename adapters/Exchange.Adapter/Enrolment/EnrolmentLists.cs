using System.Globalization;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.People;
using Exchange.Protocol.Refusals;

namespace Exchange.Adapter.Enrolment;

/// <summary>What an enrolment leaves for people to mend, as CSV in the agency's state folder. No number stands in it.</summary>
public static class EnrolmentLists
{
    /// <summary>Replaces the list of lines passed over: line, column, reason, what is wrong.</summary>
    /// <returns>Where it is; null when there is none to write.</returns>
    public static string? WriteBad(string folder, IReadOnlyCollection<BadLine> lines) => WriteBadTo(Path.Combine(folder, "enrolment-bad.csv"), lines);

    internal static string? WriteBadTo(string path, IReadOnlyCollection<BadLine> lines) => Write(
        path, ["line", "column", "reason", "what"], lines.Select(line => new[] { Text(line.Line), line.Column, Reasons.Name(line.Reason), line.What }));

    /// <summary>Replaces the list of persons who share a number: group, local key.</summary>
    /// <returns>Where it is; null when there is none to write.</returns>
    public static string? WriteQuarantined(string folder, IReadOnlyList<IReadOnlyList<string>> groups) => Write(
        Path.Combine(folder, "enrolment-quarantined.csv"), ["group", "person"],
        groups.SelectMany((group, i) => group.Select(key => new[] { Text(i + 1), key })));

    static string? Write(string path, string[] header, IEnumerable<string[]> rows)
    {
        File.Delete(path);
        if (!rows.Any())
            return null;
        using var writer = CsvWorkList.Begin(path, header);
        foreach (var row in rows)
            writer.WriteRecord(row);
        return path;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
