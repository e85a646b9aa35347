using System.Globalization;
using CsvHelper;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Commands.Files;

/// <summary>
/// The results of a file. Each stands in a file beside, <c>.part</c>, as soon as it has come; when all have, they are put in
/// the order of their lines and take the name. Whoever begins again with the same lines is given what was answered before, by
/// either file. Both are readable by their owner alone. In memory is where each stands, and no more.
/// </summary>
sealed class ResultBook : IDisposable
{
    public const string BadLine = "BAD_LINE";

    const int OutcomeColumn = 1, FirstCell = 2, MessageLength = 1000;

    /// <summary>Where a row stands in the part.</summary>
    readonly record struct Place(long At, int Bytes, string Outcome);

    readonly string path;
    readonly IReadOnlyList<string> header;
    readonly int askedColumns, toldColumns;
    readonly Dictionary<int, Place> places = [];
    readonly Dictionary<string, string> outcomes = [];
    readonly Lock gate = new();

    readonly FileStream held;

    FileStream file;
    CsvWriter writer;

    /// <param name="columns">Of what is asked.</param>
    /// <param name="told">Columns of what comes of it.</param>
    /// <param name="isAnswer">Of an outcome: it need not be asked again.</param>
    /// <param name="asked">Lines that are asked about, by their numbers, with <see cref="CellDigest"/> of their cells.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="ListException">A file of that name is no book of such results.</exception>
    public ResultBook(string path, IReadOnlyList<string> columns, IReadOnlyList<string> told, Func<string, bool> isAnswer, IReadOnlyDictionary<int, UInt128> asked)
    {
        this.path = path;
        askedColumns = columns.Count;
        toldColumns = told.Count;
        header = ["line", "outcome", .. columns, .. told, "message", "retry_after_seconds"];
        held = Hold(path);
        // Written anew, so that a line that was torn by a power cut is gone, and the earlier part holds until this one is whole.
        (file, writer) = Open(Part + ".new", FileMode.Create);
        try
        {
            writer.WriteHeader([.. header]);
            writer.Flush();
            Remember(path, isAnswer, asked, mustFit: true);
            Remember(Part, isAnswer, asked, mustFit: false);
        }
        catch
        {
            Dispose();
            File.Delete(Part + ".new");
            throw;
        }
        file.Flush(flushToDisk: true);
        writer.Dispose();
        File.Move(Part + ".new", Part, overwrite: true);
        (file, writer) = Open(Part, FileMode.Append);
    }

    /// <summary>Answers that were there and fit no line any more: asked for another day or programme, or of other cells. They stay in <c>.old</c>.</summary>
    public int Unfit { get; private set; }

    /// <summary>Lines that have a row.</summary>
    public int Known => places.Count;

    /// <summary>Lines by outcome.</summary>
    public IEnumerable<KeyValuePair<string, int>> Outcomes => places.Values.CountBy(place => place.Outcome).OrderBy(one => one.Key, StringComparer.Ordinal);

    string Part => path + ".part";

    public bool Has(FileLine line)
    {
        lock (gate)
            return places.ContainsKey(line.Number);
    }

    /// <summary>Stands in the file when it returns.</summary>
    public void Add(FileLine line, FileResult result) => Keep(line.Number,
        [
            Number(line.Number), result.Outcome, .. line.Cells, .. Enumerable.Range(0, toldColumns).Select(i => i < result.Cells.Count ? result.Cells[i] : ""),
            result.Message, result.RetryAfter > TimeSpan.Zero ? Number((long)Math.Ceiling(result.RetryAfter.TotalSeconds)) : "",
        ]);

    /// <summary>Everything has its result: the book is put in order and takes its name.</summary>
    /// <exception cref="IOException">It cannot be written; what has come stays in the part.</exception>
    public void Finish()
    {
        CsvWorkList.Begin(path + ".tmp", [.. header]).Dispose();
        using (var whole = new FileStream(path + ".tmp", FileMode.Append, FileAccess.Write))
        using (var part = new FileStream(Part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            var row = new byte[places.Values.Select(place => place.Bytes).DefaultIfEmpty().Max()];
            foreach (var (_, place) in places.OrderBy(one => one.Key))
            {
                part.Position = place.At;
                part.ReadExactly(row, 0, place.Bytes);
                whole.Write(row, 0, place.Bytes);
            }
            whole.Flush(flushToDisk: true);
        }
        File.Move(path + ".tmp", path, overwrite: true);
        Folder.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
        writer.Dispose();
        File.Delete(Part);
    }

    public void Dispose()
    {
        writer.Dispose();
        held.Dispose();
    }

    void Keep(int line, string[] row)
    {
        // A cell that spans lines would make a line that was torn by a power cut swallow the next ones.
        for (var i = 0; i < row.Length; i++)
            row[i] = row[i].ReplaceLineEndings(" ") is var cell && cell.Length > CsvTable.LongestCell ? cell[..MessageLength] : cell;
        lock (gate)
        {
            var at = file.Position;
            writer.WriteRecord(row);
            writer.Flush();
            file.Flush();
            // There are few outcomes, and one string does for each.
            if (!outcomes.TryGetValue(row[OutcomeColumn], out var outcome))
                outcomes[row[OutcomeColumn]] = outcome = row[OutcomeColumn];
            places[line] = new Place(at, (int)(file.Position - at), outcome);
        }
    }

    void Remember(string from, Func<string, bool> isAnswer, IReadOnlyDictionary<int, UInt128> asked, bool mustFit)
    {
        if (!File.Exists(from) || new FileInfo(from).Length == 0)
            return;
        CsvTable table;
        try
        {
            table = new CsvTable(from, new CsvFormat());
        }
        catch (CsvException e)
        {
            throw new ListException($"{from} is there and holds no such answers: {e.Message}. Name another file, or move it away.");
        }
        if (!table.Header.SequenceEqual(header))
            throw new ListException($"{from} is there and {(mustFit ? "holds something else" : "belongs to other questions")}. Name another file, or move it away.");
        var unfit = 0;
        foreach (var row in table.Rows())
            if (row.Problem is null && int.TryParse(row.Cells[0], CultureInfo.InvariantCulture, out var line) && isAnswer(row.Cells[OutcomeColumn]))
            {
                if (asked.TryGetValue(line, out var now) && now == CellDigest.Of(row.Cells.Skip(FirstCell).Take(askedColumns)))
                    Keep(line, [.. row.Cells]);
                else
                    unfit++;
            }
        if (unfit > 0)
            File.Copy(from, from + ".old", overwrite: true);
        Unfit += unfit;
    }

    /// <summary>Two that wrote one book would spoil each other's.</summary>
    static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path + ".lock", new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
        }
        catch (IOException) when (File.Exists(path + ".lock"))
        {
            throw new ListException($"Another run is at work on {path}. Wait for it, or name another file.");
        }
    }

    static (FileStream, CsvWriter) Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        return (file, CsvWriter.Create(file, CsvWriterOptions.Default, leaveOpen: false));
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
