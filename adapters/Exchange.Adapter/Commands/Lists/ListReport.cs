using System.Globalization;
using Agency.V1;
using CsvHelper;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>
/// The report of a list: a line for every line of it, in its order. Written beside its place as results come, readable by
/// its owner alone, and moved there when it is whole.
/// </summary>
sealed class ListReport : IDisposable
{
    public const string BadLine = "BAD_LINE", Duplicate = "DUPLICATE", NotAsked = "NOT_ASKED";

    readonly string path;
    readonly IReadOnlyList<ListLine> lines;
    readonly int figures;
    readonly FileStream file;
    readonly CsvWriter writer;

    /// <summary>Results that came before one of an earlier line.</summary>
    readonly Dictionary<int, ListResult> waiting = [];

    /// <summary>Index of the first line that is not written.</summary>
    int next;
    int answered;

    bool isOver;

    /// <exception cref="IOException">It cannot be written.</exception>
    public ListReport(string path, IReadOnlyList<ListLine> lines, IReadOnlyList<string> figures)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder; --report must name a file.");
        this.path = path;
        this.lines = lines;
        this.figures = figures.Count;
        File.Delete(Temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        file = new FileStream(Temporary, options);
        writer = CsvWriter.Create(file, CsvWriterOptions.Default, leaveOpen: true);
        writer.WriteHeader(["line", PeopleList.Header, "outcome", .. figures, "findings", "messages", "request_ids", "as_of"]);
    }

    /// <summary>Lines by their outcome.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Results so far; may be read by any thread.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>A result of no line, or a second one of a line, is passed over.</summary>
    public void Add(ListResult result)
    {
        // Line 2 is the first after the header.
        var index = result.Id is >= 2 and < int.MaxValue ? (int)result.Id - 2 : -1;
        if (index < next || index >= lines.Count || !lines[index].IsGood || !waiting.TryAdd(index, result))
            return;
        Volatile.Write(ref answered, answered + 1);
        while (next < lines.Count && (!lines[next].IsGood || waiting.ContainsKey(next)))
            WriteNext(sent: 0);
    }

    /// <summary>Writes what is left, and moves the report into its place.</summary>
    /// <param name="sent">The last line that was sent.</param>
    public void Finish(int sent)
    {
        while (next < lines.Count)
            WriteNext(sent);
        writer.Dispose();
        file.Flush(flushToDisk: true);
        file.Dispose();
        File.Move(Temporary, path, overwrite: true);
        isOver = true;
    }

    /// <summary>People were asked about, and the report could not be finished: what was written of it stays where it is.</summary>
    /// <returns>Its path.</returns>
    public string Keep()
    {
        isOver = true;
        return Temporary;
    }

    public void Dispose()
    {
        try
        {
            writer.Dispose();
        }
        catch (IOException)
        {
            // The same that was told when it was written.
        }
        file.Dispose();
        if (!isOver)
            File.Delete(Temporary);
    }

    string Temporary => path + ".tmp";

    void WriteNext(int sent)
    {
        var line = lines[next];
        if (waiting.Remove(next, out var result))
            Write(line, result.Outcome, result.Figures, result.Findings, result.Receipts, result.Sources);
        else if (line.Mistake is { } mistake)
            Write(line, BadLine, [], [new Finding { Code = BadLine, Message = mistake }], [], []);
        else if (line.SameAs > 0)
            Write(line, Duplicate, [], [new Finding { Code = Duplicate, Message = $"the same person as line {line.SameAs}" }], [], []);
        else
            Write(line, NotAsked, [], [new Finding { Code = NotAsked, Message = line.Number > sent ? "the list ended before it" : "it was sent and no result came: it may have been asked" }], [], []);
        next++;
    }

    void Write(ListLine line, string outcome, IReadOnlyList<string> values, IReadOnlyList<Finding> findings, IReadOnlyList<Receipt> receipts, IReadOnlyList<Source> sources)
    {
        Counts[outcome] = Counts.GetValueOrDefault(outcome) + 1;
        writer.WriteRecord(
        [
            line.Number.ToString(CultureInfo.InvariantCulture), line.Person, outcome,
            .. Enumerable.Range(0, figures).Select(i => i < values.Count ? values[i] : ""),
            string.Join(' ', findings.Select(one => one.Code)),
            string.Join(" | ", findings.Select(Text)),
            string.Join(' ', receipts.Select(one => one.RequestId)),
            string.Join(' ', sources.Select(Text)),
        ]);
    }

    /// <summary>Such as <c>jp.tax/tax.employment.v1=2026-01-01T00:00:00Z</c>.</summary>
    static string Text(Source source)
    {
        var asOf = source.AsOf is { } time ? time.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture) : "unknown";
        return $"{(source.Provider.Length > 0 ? source.Provider : "own")}/{source.DataSet}={asOf}";
    }

    static string Text(Finding finding)
    {
        var who = finding.Provider.Length > 0 ? $"{finding.Provider}: " : "";
        var again = finding.RetryAfterMs > 0 ? string.Create(CultureInfo.InvariantCulture, $" (again after {finding.RetryAfterMs / 1000.0:0.###} s)") : "";
        return $"{who}{finding.Message}{again}";
    }
}
