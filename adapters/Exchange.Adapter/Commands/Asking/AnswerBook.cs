using System.Globalization;
using Exchange.Adapter.Calling;
using CsvHelper;
using Exchange.Adapter.Sources.Csv;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>
/// The answers to a file of questions. Each stands in a file beside, <c>.part</c>, as soon as it has come; when all have, they
/// are put in the order of their lines and take the name. Whoever begins again with the same questions is given what was
/// answered before, by either file. Both are readable by their owner alone.
/// </summary>
sealed class AnswerBook : IDisposable
{
    public const string BadLine = "BAD_LINE";

    const int OutcomeColumn = 1, MessageLength = 1000;

    readonly string path;
    readonly IReadOnlyList<string> header;
    readonly Dictionary<int, string[]> rows = [];
    readonly Lock gate = new();
    readonly CsvWriter writer;
    readonly FileStream file;

    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="Lists.ListException">A file of that name is no book of such answers.</exception>
    public AnswerBook(string path, DataSetContract dataSet, string task, IReadOnlyList<QuestionLine> lines)
    {
        this.path = path;
        header =
        [
            "line", "outcome", "person", "provider", .. dataSet.Question.Fields.InDeclarationOrder().Select(one => one.Name), "task", "data_set",
            .. dataSet.FieldNames.Select(name => "record." + name), "withheld", "as_of", "copy_seconds", "answered_by", "log", "index", "request_ids", "message", "retry_after_seconds",
        ];
        var asked = lines.ToDictionary(line => line.Number, line => Asked(line, task, dataSet));
        Remember(path, asked, mustFit: true);
        CutTornLine(Part);
        Remember(Part, asked, mustFit: false);
        file = Open(Part);
        writer = CsvWriter.Create(file, CsvWriterOptions.Default, leaveOpen: false);
        if (file.Length == 0)
            writer.WriteHeader([.. header]);
        writer.Flush();
    }

    /// <summary>Lines that were answered before, and need no question.</summary>
    public int Known => rows.Count;

    public bool Has(QuestionLine line) => rows.ContainsKey(line.Number);

    /// <summary>Lines by outcome.</summary>
    public IEnumerable<KeyValuePair<string, int>> Outcomes => rows.Values.CountBy(row => row[OutcomeColumn]).OrderBy(one => one.Key, StringComparer.Ordinal);

    string Part => path + ".part";

    /// <summary>Stands in the file when it returns.</summary>
    public void Add(QuestionLine line, ToldAnswer told, DataSetContract dataSet, string task)
    {
        string[] row =
        [
            Number(line.Number), told.Outcome, .. Asked(line, task, dataSet), .. RecordCells.Of(dataSet.Record, told.Record),
            string.Join(' ', told.Withheld), told.Freshness?.AsOf is { } asOf ? AnswerScreen.Japan(asOf) : "",
            told.Freshness?.CachedAge is { } age ? Number(age.Seconds) : "", told.Provider, told.Receipt?.Log ?? "", told.Receipt is { } receipt ? receipt.Index.ToString(CultureInfo.InvariantCulture) : "",
            string.Join(' ', told.RequestIds), told.Message, told.RetryAfter > TimeSpan.Zero ? Number((long)Math.Ceiling(told.RetryAfter.TotalSeconds)) : "",
        ];
        Keep(line.Number, row);
    }

    public void AddBad(QuestionLine line, DataSetContract dataSet, string task)
    {
        string[] row = [Number(line.Number), BadLine, .. Asked(line, task, dataSet), .. Enumerable.Repeat("", dataSet.FieldNames.Count() + 9)];
        row[^2] = line.Mistake!;
        Keep(line.Number, row);
    }

    /// <summary>Everything has its answer: the book is put in order and takes its name.</summary>
    /// <exception cref="IOException">It cannot be written; what has come stays in the part.</exception>
    public void Finish()
    {
        using (var whole = CsvWorkList.Begin(path + ".tmp", [.. header]))
            foreach (var (_, row) in rows.OrderBy(one => one.Key))
                whole.WriteRecord(row);
        File.Move(path + ".tmp", path, overwrite: true);
        Dispose();
        File.Delete(Part);
    }

    public void Dispose() => writer.Dispose();

    void Keep(int line, string[] row)
    {
        // A cell that spans lines would make a line that was torn by a power cut swallow the next ones.
        for (var i = 0; i < row.Length; i++)
            row[i] = row[i].ReplaceLineEndings(" ") is var cell && cell.Length > CsvTable.LongestCell ? cell[..MessageLength] : cell;
        lock (gate)
        {
            rows[line] = row;
            writer.WriteRecord(row);
            writer.Flush();
            file.Flush();
        }
    }

    void Remember(string from, Dictionary<int, string[]> asked, bool mustFit)
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
            throw new Lists.ListException($"{from} is there and holds no such answers: {e.Message}. Name another file, or move it away.");
        }
        if (!table.Header.SequenceEqual(header))
            throw new Lists.ListException($"{from} is there and {(mustFit ? "holds something else" : "belongs to other questions")}. Name another file, or move it away.");
        foreach (var row in table.Rows())
            if (row.Problem is null && int.TryParse(row.Cells[0], CultureInfo.InvariantCulture, out var line) && ToldAnswer.IsAnswer(row.Cells[OutcomeColumn])
                && asked.TryGetValue(line, out var now) && row.Cells.Skip(2).Take(now.Length).SequenceEqual(now))
                rows[line] = [.. row.Cells];
    }

    /// <summary>What was being written when the power went.</summary>
    static void CutTornLine(string part)
    {
        if (!File.Exists(part))
            return;
        using var file = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }
        file.SetLength(end);
    }

    static string[] Asked(QuestionLine line, string task, DataSetContract dataSet) => [.. line.Cells, task, dataSet.Id];

    static FileStream Open(string part)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(part, options);
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
