using System.Text;
using Exchange.Adapter.LocalApi;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>
/// A list of people to ask about: a CSV file in UTF-8 with one column, <c>person</c>, and one local key a line. It is read
/// to its end before anybody is asked about; a bad line costs itself alone.
/// </summary>
static class PeopleList
{
    public const string Header = "person";

    /// <summary>More are several lists.</summary>
    const int MostLines = 10_000_000;

    const char Undecodable = '\uFFFD';

    static readonly UTF8Encoding utf8 = new(false, throwOnInvalidBytes: false);

    /// <exception cref="ListException">The file as a whole is no such list.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<ListLine> Read(string path)
    {
        using var file = new StreamReader(path, utf8);
        if (file.ReadLine() is not { } header)
            throw new ListException($"{path} is empty; its first line must be '{Header}', and each other line the key of a person");
        if (Cell(header, out _) != Header)
            throw new ListException($"{path}, line 1: the header must be '{Header}', one column and no other");
        var lines = new List<ListLine>();
        var seen = new Dictionary<string, int>();
        while (file.ReadLine() is { } line)
        {
            if (lines.Count == MostLines)
                throw new ListException($"{path} has more than {MostLines} lines; make several lists of it");
            lines.Add(Check(line, lines.Count + 2, seen));
        }
        return lines.Count > 0 ? lines : throw new ListException($"{path} has a header and no people");
    }

    static ListLine Check(string line, int number, Dictionary<string, int> seen)
    {
        var person = Cell(line, out var mistake);
        if (mistake is null)
        {
            var found = new List<string>();
            RequestCheck.Text(found, Header, person, RequestCheck.PersonLength, required: true);
            mistake = found.FirstOrDefault();
        }
        if (mistake is null && person.Contains(Undecodable))
            mistake = "not valid UTF-8";
        if (mistake is not null)
            return new ListLine(number, person.Length <= RequestCheck.PersonLength ? person : person[..RequestCheck.PersonLength], mistake, 0);
        return new ListLine(number, person, null, seen.TryAdd(person, number) ? 0 : seen[person]);
    }

    /// <summary>A cell within one line, by RFC 4180: a quoted one has its quotes doubled.</summary>
    static string Cell(string line, out string? mistake)
    {
        var cell = line.Trim(' ');
        mistake = null;
        if (cell is ['"', .. var inner, '"'])
        {
            var bare = inner.Replace("\"\"", "", StringComparison.Ordinal);
            if (!bare.Contains('"'))
                return inner.Replace("\"\"", "\"", StringComparison.Ordinal).Trim(' ');
        }
        if (cell.Contains('"'))
            mistake = "a quote that is not closed, or text beside a quote";
        else if (cell.Contains(','))
            mistake = "more than one cell";
        return cell;
    }
}

/// <summary>A list that cannot be used as a whole. The message holds nothing of its lines.</summary>
public sealed class ListException(string message) : Exception(message);
