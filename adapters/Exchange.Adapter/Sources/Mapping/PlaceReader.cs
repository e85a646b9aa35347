using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Where data are kept: a file, or a PostgreSQL database whose connection string is named, never written down.</summary>
/// <param name="Kind"><c>sqlite</c>, <c>postgresql</c> or <c>csv</c>.</param>
sealed record Place(string Kind, string Path, string ConnectionString, CsvFormat Format);

static class PlaceReader
{
    public const string Sqlite = "sqlite", Postgres = "postgresql", Csv = "csv";

    /// <returns>Null when something is wrong with it, which has been reported.</returns>
    public static Place? Read(YamlMap map, string folder) => map.Choice("source", Sqlite, Postgres, Csv) switch
    {
        Sqlite => File(map, folder) is { } path ? new Place(Sqlite, path, "", new CsvFormat()) : null,
        Postgres => NamedConnection.Read(map, folder) is { } connection ? new Place(Postgres, "", connection, new CsvFormat()) : null,
        Csv => ReadCsv(map, folder),
        _ => null,
    };

    /// <param name="otherwise">What holds where the map does not say.</param>
    public static Place? ReadCsv(YamlMap map, string folder, CsvFormat? otherwise = null)
    {
        otherwise ??= new CsvFormat();
        var encoding = map.Has("encoding") ? map.Choice("encoding", CsvFormat.Utf8, CsvFormat.ShiftJis) : otherwise.Encoding;
        var delimiter = map.OptionalText("delimiter") ?? otherwise.Delimiter.ToString();
        if (delimiter is not ("," or ";" or "\t" or "|"))
        {
            map.Report("delimiter", $"'{delimiter}' is no delimiter; write one of \",\" \";\" \"|\" \"\\t\"");
            return null;
        }
        return File(map, folder) is { } path && encoding is not null ? new Place(Csv, path, "", new CsvFormat(encoding, delimiter[0])) : null;
    }

    static string? File(YamlMap map, string folder)
    {
        var file = map.Text("file");
        if (file.Length == 0)
            return null;
        var path = Path.GetFullPath(file, folder);
        if (System.IO.File.Exists(path))
            return path;
        map.Report("file", $"the file '{file}' does not exist; paths are relative to the mapping file");
        return null;
    }
}
