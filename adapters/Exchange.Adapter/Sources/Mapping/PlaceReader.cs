using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Drops;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Where data are kept: a file, or a database whose connection string is named, never written down.</summary>
/// <param name="Kind"><c>sqlite</c>, <c>postgresql</c>, <c>odbc</c> or <c>csv</c>.</param>
/// <param name="Drop">Where newer files are put; null where there is no such folder.</param>
sealed record Place(string Kind, string Path, string ConnectionString, CsvFormat Format, DropFolder? Drop = null);

static class PlaceReader
{
    public const string Sqlite = "sqlite", Postgres = "postgresql", Odbc = "odbc", Csv = "csv";

    /// <returns>Null when something is wrong with it, which has been reported.</returns>
    public static Place? Read(YamlMap map, string folder) => map.Choice("source", Sqlite, Postgres, Odbc, Csv) switch
    {
        Sqlite => File(map, folder) is { } path ? new Place(Sqlite, path, "", new CsvFormat()) : null,
        Postgres => NamedConnection.Read(map, folder) is { } connection ? new Place(Postgres, "", connection, new CsvFormat()) : null,
        Odbc => NamedConnection.Read(map, folder, OdbcConnections.Parse, "of ODBC, such as Driver={ODBC Driver 18 for SQL Server};Server=db;Database=tax;UID=reader;PWD=...") is { } connection
            ? new Place(Odbc, "", connection, new CsvFormat()) : null,
        Csv => ReadCsv(map, folder),
        _ => null,
    };

    /// <param name="otherwise">What holds where the map does not say.</param>
    public static Place? ReadCsv(YamlMap map, string folder, CsvFormat? otherwise = null)
    {
        var format = ReadFormat(map, otherwise);
        var file = map.Text("file");
        var path = Path.GetFullPath(file.Length == 0 ? "." : file, folder);
        var drop = DropReader.Read(map, folder, path);
        if (file.Length == 0 || format is null)
            return null;
        return drop?.Newest() is not null || File(map, folder) is not null ? new Place(Csv, path, "", format, drop) : null;
    }

    /// <summary><c>encoding</c> and <c>delimiter</c>.</summary>
    /// <param name="otherwise">What holds where the map does not say.</param>
    /// <returns>Null when something is wrong, which has been reported.</returns>
    public static CsvFormat? ReadFormat(YamlMap map, CsvFormat? otherwise)
    {
        otherwise ??= new CsvFormat();
        var encoding = map.Has("encoding") ? map.Choice("encoding", CsvFormat.Utf8, CsvFormat.ShiftJis) : otherwise.Encoding;
        var delimiter = map.OptionalText("delimiter") ?? otherwise.Delimiter.ToString();
        if (delimiter is "," or ";" or "\t" or "|")
            return encoding is null ? null : new CsvFormat(encoding, delimiter[0]);
        map.Report("delimiter", $"'{delimiter}' is no delimiter; write one of \",\" \";\" \"|\" \"\\t\"");
        return null;
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
