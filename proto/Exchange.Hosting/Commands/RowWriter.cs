using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Hosting.Commands;

/// <summary>How rows are written.</summary>
public enum RowFormat
{
    /// <summary>For people: aligned, held until the end.</summary>
    Table,

    /// <summary>One object a line, without what is empty.</summary>
    Json,

    /// <summary>RFC 4180 with a header; what a spreadsheet would take for a formula begins with an apostrophe.</summary>
    Csv,
}

/// <summary>Writes rows of text with named columns as they come; a table at the end.</summary>
/// <param name="columns">Such as <c>request_id</c>; in JSON <c>requestId</c>.</param>
public sealed class RowWriter(TextWriter output, RowFormat format, IReadOnlyList<string> columns)
{
    static readonly JsonWriterOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<IReadOnlyList<string>> held = [];
    bool hasHeader;

    public void Write(IReadOnlyList<string> values)
    {
        switch (format)
        {
            case RowFormat.Table: held.Add([.. values.Select(OnScreen.Plain)]); break;
            case RowFormat.Json: output.WriteLine(Object(columns, values)); break;
            case RowFormat.Csv:
                Header();
                output.WriteLine(string.Join(',', values.Select(Quote)));
                break;
        }
    }

    /// <summary>What is held, and the header of a file without rows.</summary>
    public void Finish()
    {
        if (format == RowFormat.Csv)
            Header();
        if (format == RowFormat.Table && held.Count > 0)
            Table([columns, .. held]);
        output.Flush();
    }

    /// <summary>As a local API would write it: camel case, and nothing for what is empty.</summary>
    public static string Object(IReadOnlyList<string> columns, IReadOnlyList<string> values)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, json))
        {
            writer.WriteStartObject();
            for (var i = 0; i < columns.Count; i++)
                if (values[i].Length > 0)
                    writer.WriteString(Camel(columns[i]), values[i]);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static string Camel(string column) => string.Concat(column.Split('_').Select((part, i) => i == 0 ? part : char.ToUpper(part[0], CultureInfo.InvariantCulture) + part[1..]));

    void Header()
    {
        if (!hasHeader)
            output.WriteLine(string.Join(',', columns.Select(Quote)));
        hasHeader = true;
    }

    void Table(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = columns.Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((value, i) => value.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>With an apostrophe before what a spreadsheet would take for a formula, and run: see "CSV Injection" of OWASP.</summary>
    static string Quote(string value)
    {
        if (value.Length > 0 && "=+-@\t\r\n".Contains(value[0], StringComparison.Ordinal))
            value = "'" + value;
        return value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
