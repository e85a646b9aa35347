using System.Data.Common;
using System.Data.Odbc;
using System.Text;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Adapter.Joining;

/// <summary>A file or table of the agency's, as far as a mapping is suggested from it.</summary>
/// <param name="Yaml">How sources.yaml says where it is, a line each.</param>
/// <param name="Name">For people.</param>
abstract record FoundTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Yaml)
{
    /// <summary>Different values of a column that are not blank, as they stand there.</summary>
    public abstract IReadOnlyList<string> Values(string column, int most);

    /// <summary>Such as spreadsheets and old systems leave in numbers: a computer does not count with them.</summary>
    public static bool HasFullWidthDigits(IEnumerable<string> values) => values.Any(value => value.Any(one => one is >= '０' and <= '９'));
}

/// <summary>A CSV file whose encoding and delimiter were found out.</summary>
sealed record FoundFile(string Path, CsvFormat Format, IReadOnlyList<string> Columns, IReadOnlyList<string> Yaml) : FoundTable(Path, Columns, Yaml)
{
    const int Looked = 20_000;

    static readonly string[] encodings = [CsvFormat.Utf8, CsvFormat.ShiftJis];

    static readonly char[] delimiters = [',', ';', '\t', '|'];

    /// <param name="shown">As it will stand in sources.yaml.</param>
    /// <exception cref="CsvException">In no encoding and with no delimiter is it a table.</exception>
    public static FoundFile Open(string path, string shown)
    {
        CsvException? last = null;
        foreach (var encoding in encodings)
            try
            {
                var comma = new CsvTable(path, new CsvFormat(encoding));
                // Of which the header has more cells, that is the delimiter.
                var delimiter = delimiters.MaxBy(one => string.Join(',', comma.Header).Count(letter => letter == one) + (one == ',' ? 0.5 : 0));
                var format = new CsvFormat(encoding, delimiter);
                var table = new CsvTable(path, format);
                // Encodings that mix show in the rows, not in the header; and what is mixed can be read as neither.
                if (encoding == CsvFormat.Utf8 && table.Rows().Take(Looked).FirstOrDefault(row => row.Raw.Contains(CsvFormat.Undecodable)) is { } broken)
                {
                    last = new CsvException($"line {broken.Line} is not UTF-8, and the header is: two systems wrote into one file; have it exported anew");
                    if (!Ascii.IsValid(string.Concat(table.Header)))
                        break;
                    continue;
                }
                if (encoding != CsvFormat.Utf8 && FirstInUtf8(path) is { } mixed)
                    throw new CsvException($"line {mixed} is UTF-8, and others are not: two systems wrote into one file; have it exported anew");
                return new FoundFile(path, format, table.Header,
                [
                    "source: csv", $"file: {shown}", .. encoding == CsvFormat.Utf8 ? (string[])[] : [$"encoding: {encoding}"], .. delimiter == ',' ? (string[])[] : [$"delimiter: \"{(delimiter == '\t' ? "\\t" : delimiter)}\""],
                ]);
            }
            catch (CsvException e)
            {
                last = e;
            }
        throw last!;
    }

    /// <summary>Kana, kanji, full-width and half-width letters.</summary>
    static bool IsJapanese(char letter) => letter is >= '\u3000' and <= '\u30FF' or >= '\u4E00' and <= '\u9FFF' or >= '\uFF00' and <= '\uFFEF';

    /// <summary>The first line that holds Japanese in UTF-8, whose bytes Shift_JIS takes for other letters, and for commas; null when none does.</summary>
    static int? FirstInUtf8(string path)
    {
        using var file = new StreamReader(path, Encoding.Latin1);
        for (var line = 1; line <= Looked && file.ReadLine() is { } text; line++)
            // By chance a kanji of Shift_JIS may look like it, and three in a row may not.
            if (Encoding.Latin1.GetBytes(text) is var bytes && System.Text.Unicode.Utf8.IsValid(bytes)
                && Encoding.UTF8.GetString(bytes).Where(letter => letter > 0x7F).ToArray() is { Length: >= 3 } letters && letters.All(IsJapanese))
                return line;
        return null;
    }

    public override IReadOnlyList<string> Values(string column, int most)
    {
        var at = Columns.ToList().IndexOf(column);
        return [.. new CsvTable(Path, Format).Rows().Take(Looked).Where(row => row.Problem is null && !row.IsBlank).Select(row => row.Cells[at]).Where(cell => !string.IsNullOrWhiteSpace(cell)).Distinct().Take(most)];
    }
}

/// <summary>A table of a database.</summary>
sealed record FoundRelation(string Table, Func<DbConnection> Connect, IReadOnlyList<string> Columns, IReadOnlyList<string> Yaml) : FoundTable(Table, Columns, Yaml)
{
    public static Func<DbConnection> Sqlite(string path) => () => new SqliteConnection(SqliteDatabase.ConnectionString(path) + ";Pooling=False");

    public static Func<DbConnection> Postgres(string connectionString) => () => new NpgsqlConnection(connectionString);

    public static Func<DbConnection> Odbc(string connectionString) => () => new OdbcConnection(connectionString);

    public override IReadOnlyList<string> Values(string column, int most)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are checked and quoted.
        command.CommandText = $"SELECT DISTINCT {SqlName.Column(column)} FROM {SqlName.Table(Table)} t WHERE {SqlName.Column(column)} IS NOT NULL";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (values.Count < most && reader.Read())
            if (CellConversion.Text(reader.GetValue(0)) is { } text && !string.IsNullOrWhiteSpace(text))
                values.Add(text);
        return values;
    }
}
