using System.Text.RegularExpressions;
using Agency.V1;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Configuration;

namespace Exchange.Municipality.Eligibility;

/// <summary>A household of a file.</summary>
/// <param name="Request">Null when it is not decided on.</param>
sealed record HouseholdLines(int Number, IReadOnlyList<string> Cells, EligibilityRequest? Request, string? Mistake) : FileLine(Number, Cells, Mistake);

/// <summary>
/// A file of households: CSV with a line a member, those of a household one below the other. It is read as a stream, as often
/// as it is asked for. A household of which a line is bad, or may be missing, is not decided on: with a member too few the
/// decision would be another.
/// </summary>
/// <param name="otherwise">What is the same for every household, and the case where a line names none.</param>
/// <param name="today">In Japan.</param>
sealed partial class HouseholdFile(string path, CsvFormat format, EligibilityRequest otherwise, DateOnly today)
{
    const string Household = "household", Person = "person", BornOn = "born_on", Case = "case";

    /// <summary>More are several files.</summary>
    const int MostRows = 2_000_000;

    static readonly char[] separators = [',', '"', '\r', '\n'];

    /// <summary>Households whose lines do not stand together, and whatever stands in a row that cannot be read, by <see cref="CellDigest"/>.</summary>
    readonly HashSet<UInt128> doubtful = [];

    Dictionary<string, int> columns = [];
    int rowsRead;

    /// <summary>Of the members of a household, as they are told again beside the decision.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Household, "members", Case, "programme", "decided_on"];

    /// <summary>Rows so far, of the last reading; may be read by any thread.</summary>
    public int RowsRead => Volatile.Read(ref rowsRead);

    /// <summary>Reads all of it once: the header, and which households stand in several places or in rows that cannot be read.</summary>
    /// <exception cref="ListException">The file as a whole is none of households, or what holds for all of them is wrong; with every mistake.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Survey(CancellationToken stop)
    {
        var mistakes = new List<string>();
        HouseholdCase.Read(new EligibilityRequest(otherwise) { Members = { new EligibilityMember { Person = "of any household" } } }, today, mistakes);
        if (mistakes.Count > 0)
            throw new ListException(string.Join(Environment.NewLine, mistakes));
        var seen = new HashSet<UInt128>();
        foreach (var (household, rows) in Groups())
        {
            stop.ThrowIfCancellationRequested();
            if (household is not null && CellDigest.Of([household]) is var digest && !seen.Add(digest))
                doubtful.Add(digest);
            if (household is null)
                doubtful.UnionWith(rows[0].Raw.Split(separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(word => CellDigest.Of([word])));
        }
        if (RowsRead == 0)
            throw new ListException($"{path} has a header and no households");
    }

    /// <summary>After <see cref="Survey"/>.</summary>
    public IEnumerable<HouseholdLines> Lines()
    {
        (string? Key, List<CsvRow> Rows)? held = null;
        int? brokenBefore = null;
        foreach (var next in Groups())
        {
            if (held is { } group)
            {
                yield return Read(group.Key, group.Rows, brokenBefore ?? BrokenLine(next));
                brokenBefore = BrokenLine(group);
            }
            held = next;
        }
        if (held is { } last)
            yield return Read(last.Key, last.Rows, brokenBefore);
    }

    static int? BrokenLine((string? Key, List<CsvRow> Rows) group) => group.Key is null ? group.Rows[0].Line : null;

    /// <summary>Rows of one household that stand together; a row of which it cannot be read which household's it is stands alone, under null.</summary>
    IEnumerable<(string? Key, List<CsvRow> Rows)> Groups()
    {
        string? key = null;
        var rows = new List<CsvRow>();
        foreach (var (row, household) in Rows())
        {
            if (rows.Count > 0 && (household is null || household != key))
            {
                yield return (key, rows);
                rows = [];
            }
            key = household;
            // One too many is enough to refuse it.
            if (rows.Count <= HouseholdCase.MaximumMembers)
                rows.Add(row);
        }
        if (rows.Count > 0)
            yield return (key, rows);
    }

    IEnumerable<(CsvRow Row, string? Household)> Rows()
    {
        var table = Guarded(() => new CsvTable(path, format));
        CheckHeader(table.Header);
        var column = table.Ordinal(Household);
        var read = 0;
        using var rows = table.Rows().GetEnumerator();
        while (Guarded(rows.MoveNext))
        {
            var row = rows.Current;
            if (row.IsBlank)
                continue;
            if (read == MostRows)
                throw new ListException($"{path} has more than {MostRows} lines; make several files of it");
            Volatile.Write(ref rowsRead, ++read);
            yield return (row, IsPlaced(row, column) && row.Cells[column].Trim() is { Length: > 0 } cell ? cell : null);
        }
    }

    /// <summary>Whether the household's cell is what it stands for: not in a row of too few or too many cells, nor in one that may have swallowed others.</summary>
    static bool IsPlaced(CsvRow row, int column) => column < row.Sound && row.Problem?.Column is not ("" or Household) && !SpansLines(row);

    static bool SpansLines(CsvRow row) => row.Raw.AsSpan().TrimEnd("\r\n").ContainsAny('\r', '\n');

    T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvException e)
        {
            throw new ListException($"{path}: {e.Message}");
        }
    }

    void CheckHeader(IReadOnlyList<string> header)
    {
        string[] known = [Household, Person, BornOn, Case];
        var mistakes = new[] { Household, Person }.Where(column => !header.Contains(column))
            .Select(column => $"there is no column '{column}'{(Spelling.Nearest(column, header) is { } near ? $"; is it '{near}'?" : "")}")
            .Concat(header.Where(column => !known.Contains(column)).Select(column => $"there is no use for a column '{column}'; there are {string.Join(", ", known)}")).ToList();
        if (mistakes.Count > 0)
            throw new ListException(string.Join(Environment.NewLine, mistakes.Select(mistake => $"{path}, line 1: {mistake}")));
        columns = header.Index().Where(one => one.Item.Length > 0).ToDictionary(one => one.Item, one => one.Index);
    }

    string Cell(CsvRow row, string column) => columns.TryGetValue(column, out var at) && at < row.Cells.Count ? row.Cells[at].Trim() : "";

    HouseholdLines Read(string? household, List<CsvRow> rows, int? brokenBeside)
    {
        var mistakes = rows.Where(row => row.Problem is not null).Select(row => $"line {row.Line}: {(row.Problem!.Column.Length > 0 ? $"'{row.Problem.Column}': " : "")}{row.Problem.Reason}").ToList();
        if (household is null)
        {
            if (mistakes.Count == 0)
                mistakes.Add(SpansLines(rows[0]) ? "a cell that runs over several lines" : $"'{Household}' is missing");
            return new HouseholdLines(rows[0].Line, ["", "", "", otherwise.Programme, otherwise.DecidedOn], null, string.Join("; ", mistakes));
        }
        var request = new EligibilityRequest(otherwise) { Members = { rows.Select(row => new EligibilityMember { Person = Cell(row, Person), BornOn = Cell(row, BornOn) }) } };
        var cases = rows.Select(row => Cell(row, Case)).Where(cell => cell.Length > 0).Distinct().ToList();
        if (cases.Count > 0)
            request.CaseId = cases[0];
        if (mistakes.Count == 0)
        {
            HouseholdCase.Read(request, today, mistakes);
            mistakes = [.. mistakes.Select(mistake => Place().Replace(mistake, found => $"line {rows[int.Parse(found.Groups["at"].Value, null)].Line}{(found.Groups["of"].Success ? ", " : "")}"))];
        }
        RequestCheck.Text(mistakes, Household, household, RequestCheck.NameLength, required: true);
        if (cases.Count > 1)
            mistakes.Add("its lines name different cases");
        if (doubtful.Contains(CellDigest.Of([household])))
            mistakes.Add("its lines do not all stand one below the other, or one that names it cannot be read");
        if (brokenBeside is { } line)
            mistakes.Add($"line {line} beside it cannot be read, and may be of this household");
        var members = string.Join("; ", request.Members.Select(one => one.BornOn.Length > 0 ? $"{one.Person} {one.BornOn}" : one.Person));
        return new HouseholdLines(
            rows[0].Line, [household, members, request.CaseId, request.Programme, request.DecidedOn],
            mistakes.Count > 0 ? null : request, mistakes.Count > 0 ? string.Join("; ", mistakes) : null);
    }

    /// <summary>How a mistake names a member of a request.</summary>
    [GeneratedRegex(@"members\[(?<at>[0-9]+)\](?<of>\.)?")]
    private static partial Regex Place();
}
