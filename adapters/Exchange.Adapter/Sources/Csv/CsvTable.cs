using System.Text;
using CsvHelper;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>
/// Reads a file row by row (RFC 4180). A malformed row is given with its problem, and reading goes on at the line after
/// its first: a stray quote costs one line, not the rest of the file.
/// </summary>
public sealed class CsvTable
{
    /// <summary>Characters.</summary>
    public const int LongestCell = 64 * 1024;

    const int LargestRow = 1024 * 1024, MostColumns = 4096;

    /// <summary>Times reading starts again within a file; each start skips what came before.</summary>
    const int MostRestarts = 100;

    readonly string path;
    readonly CsvFormat format;

    /// <exception cref="CsvException">No header, or one that cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public CsvTable(string path, CsvFormat format)
    {
        this.path = path;
        this.format = format;
        if (format.IsReallyUtf8(path))
            throw new CsvException("the file is UTF-8, not Shift_JIS; set 'encoding: utf-8'");
        var header = ReadFrom(0).FirstOrDefault() ?? throw new CsvException("the file is empty; its first line must name the columns");
        if (header.Raw.Contains(CsvFormat.Undecodable))
            throw new CsvException($"line {header.Line}: the header is {format.Advice}");
        if (header.Problem is { } problem)
            throw new CsvException($"line {header.Line}: the header cannot be read: {problem.Reason}");
        Header = [.. header.Cells.Select(cell => cell.Trim())];
        if (Header.GroupBy(name => name).FirstOrDefault(same => same.Key.Length > 0 && same.Count() > 1) is { } twice)
            throw new CsvException($"line {header.Line}: column '{twice.Key}' stands twice in the header");
    }

    public IReadOnlyList<string> Header { get; }

    /// <summary>Index of the column's cell in each row.</summary>
    /// <exception cref="CsvException">There is no such column.</exception>
    public int Ordinal(string column)
    {
        for (var i = 0; i < Header.Count; i++)
            if (Header[i] == column)
                return i;
        throw new CsvException($"column '{column}' is missing from the header");
    }

    /// <exception cref="CsvException">So much is malformed that the file is not a CSV of this format.</exception>
    public IEnumerable<CsvRow> Rows()
    {
        var skip = 0;
        for (var restarts = 0; ; restarts++)
        {
            var again = false;
            foreach (var row in ReadFrom(skip).Skip(restarts == 0 ? 1 : 0))
            {
                var usable = Check(row);
                yield return usable;
                if (usable.Problem is null || !SpansLines(usable))
                    continue;
                again = true;
                skip = usable.Line;
                break;
            }
            if (!again)
                yield break;
            if (restarts == MostRestarts)
                throw new CsvException($"line {skip}: more than {MostRestarts} rows run over several lines and are malformed; look at the quotes");
        }
    }

    CsvRow Check(CsvRow row)
    {
        if (row.Problem is not null)
            return row;
        if (row.Cells.Count != Header.Count)
            return row with { Problem = new("", $"{row.Cells.Count} cells where the header has {Header.Count}") };
        if (!row.Raw.Contains(CsvFormat.Undecodable))
            return row;
        var column = Enumerable.Range(0, row.Cells.Count).FirstOrDefault(i => row.Cells[i].Contains(CsvFormat.Undecodable));
        return row with { Problem = new(Header[column], format.Advice) };
    }

    /// <summary>A row too large to be kept counts as such.</summary>
    static bool SpansLines(CsvRow row) => row.Raw.Length == 0 || row.Raw.AsSpan().TrimEnd("\r\n").ContainsAny('\r', '\n');

    IEnumerable<CsvRow> ReadFrom(int skip)
    {
        using var reader = format.Open(path);
        for (var line = 0; line < skip; line++)
            if (reader.ReadLine() is null)
                yield break;
        var malformed = new HashSet<long>();
        using var csv = CsvReader.Create(reader, new CsvReaderOptions
        {
            DetectSeparatorHint = false,
            HasHeader = false,
            IncludeValuesInExceptions = false,
            MaxRecordSize = LargestRow,
            OnMalformedRecord = record => malformed.Add(record.LineNumber),
            Separator = format.Delimiter,
            TrackLineNumbers = true,
        }, leaveOpen: true);
        while (true)
        {
            var tooLarge = 0;
            try
            {
                if (!csv.Read())
                    yield break;
            }
            catch (CsvFormatException e)
            {
                tooLarge = (int)e.LineNumber;
            }
            if (tooLarge > 0)
            {
                yield return new CsvRow(skip + tooLarge, [], "", new("", $"more than {LargestRow} bytes, or a quote that is never closed"));
                yield break;
            }
            yield return Read(csv, skip, malformed.Remove(csv.LineNumber));
        }
    }

    CsvRow Read(CsvReader csv, int skip, bool malformed)
    {
        var line = skip + (int)csv.LineNumber;
        var raw = Encoding.UTF8.GetString(csv.RawRecord);
        if (csv.FieldCount > MostColumns)
            return new CsvRow(line, [], raw, new("", $"more than {MostColumns} cells"));
        var cells = new string[csv.FieldCount];
        CsvProblem? problem = null;
        int? stray = null;
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = csv.GetString(i);
            if (malformed && HasStrayQuote(csv.GetRawSpan(i)))
            {
                problem ??= new(Name(i), "a quote that is not closed, or text beside a quote");
                stray ??= i;
            }
            else if (cells[i].Length > LongestCell)
                problem ??= new(Name(i), $"more than {LongestCell} characters");
        }
        return new CsvRow(line, cells, raw, problem ?? (malformed ? new("", "a quote that is not closed, or text beside a quote") : null)) { Sound = malformed ? stray ?? 0 : cells.Length };
    }

    string Name(int cell) => Header is { } header && cell < header.Count ? header[cell] : "";

    static bool HasStrayQuote(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'"'))
            return false;
        if (raw is not [(byte)'"', .. var inner, (byte)'"'])
            return true;
        for (var i = 0; i < inner.Length; i++)
            if (inner[i] == '"' && (++i == inner.Length || inner[i] != '"'))
                return true;
        return false;
    }
}

/// <summary>A file that cannot be used as a whole. The message holds nothing of its rows.</summary>
public sealed class CsvException(string message) : Exception(message);
