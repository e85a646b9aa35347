using System.Data.Common;
using System.Data.Odbc;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Joining;

/// <summary>Where an agency keeps its records, and every table that is there.</summary>
/// <param name="Unusable">Files that are no tables, and why.</param>
/// <param name="Rights">What the account may write; null where there is no account, or nobody says.</param>
sealed record FoundPlace(IReadOnlyList<FoundTable> Tables, IReadOnlyList<string> Unusable, WriteRights? Rights = null)
{
    /// <summary>More are looked at one by one, by name.</summary>
    const int MostTables = 200;

    const string SqliteTables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name LIMIT 200";
    const string PostgresTables = "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 200";

    /// <summary>Every CSV file of a folder.</summary>
    public static FoundPlace OfFolder(string path, string folder)
    {
        var (tables, unusable) = (new List<FoundTable>(), new List<string>());
        foreach (var file in Directory.EnumerateFiles(path, "*.csv").Where(file => !file.EndsWith(".bad.csv", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(MostTables))
            try
            {
                tables.Add(FoundFile.Open(file, Shown(file, folder)));
            }
            catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
            {
                unusable.Add($"{Path.GetFileName(file)}: {e.Message}");
            }
        return new FoundPlace(tables, unusable);
    }

    /// <exception cref="DbException">It cannot be read.</exception>
    public static FoundPlace OfSqlite(string path, string folder)
    {
        return new FoundPlace(Relations(FoundRelation.Sqlite(path), open => Names(open, SqliteTables), table => ["source: sqlite", $"file: {Shown(path, folder)}", $"table: {YamlWord.Of(table)}"]), []);
    }

    /// <param name="file">With the connection string, mode 0600.</param>
    /// <exception cref="DbException">It cannot be read.</exception>
    /// <exception cref="InterviewException">What stands in the file is no connection string.</exception>
    public static FoundPlace OfPostgres(string file, string folder)
    {
        var connection = Connection(file, NamedConnection.Parse, "such as Host=db;Database=records;Username=exchange;Password=...");
        return new FoundPlace(
            Relations(FoundRelation.Postgres(connection), open => Names(open, PostgresTables), table => ["source: postgresql", $"connection: {{ file: {Shown(file, folder)} }}", $"table: {YamlWord.Of(table)}"]), [],
            WriteRights.Of(PlaceReader.Postgres, connection, SourceLimits.Default.Timeout));
    }

    /// <param name="file">With the connection string, mode 0600.</param>
    /// <exception cref="DbException">It cannot be read.</exception>
    /// <exception cref="DllNotFoundException">This machine has no ODBC.</exception>
    /// <exception cref="InterviewException">What stands in the file is no connection string.</exception>
    public static FoundPlace OfOdbc(string file, string folder)
    {
        var connection = Connection(file, OdbcConnections.Parse, "of ODBC, such as Driver={ODBC Driver 18 for SQL Server};Server=db;Database=tax;UID=reader;PWD=...");
        return new FoundPlace(
            Relations(FoundRelation.Odbc(connection), open => Schema.OdbcTables((OdbcConnection)open), table => ["source: odbc", $"connection: {{ file: {Shown(file, folder)} }}", $"table: {YamlWord.Of(table)}"]), [],
            WriteRights.Of(PlaceReader.Odbc, connection, SourceLimits.Default.Timeout));
    }

    static string Connection(string file, Func<string, string?> parse, string such) =>
        parse(System.Text.Encoding.UTF8.GetString(Hosting.Secrets.SecretFile.Read(file)).Trim()) ?? throw new InterviewException($"{file} holds no connection string {such}");

    /// <summary>As sources.yaml names it.</summary>
    static string Shown(string path, string folder) =>
        YamlWord.Of(Path.GetRelativePath(folder, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative);

    static List<string> Names(DbConnection connection, string list)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
        command.CommandText = list;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    static List<FoundTable> Relations(Func<DbConnection> connect, Func<DbConnection, List<string>> list, Func<string, IReadOnlyList<string>> yaml)
    {
        using var connection = connect();
        connection.Open();
        var tables = new List<FoundTable>();
        foreach (var name in list(connection).Where(SqlName.IsTable).Take(MostTables))
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are checked and quoted.
            command.CommandText = $"SELECT * FROM {SqlName.Table(name)} t WHERE 1 = 0";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Where(SqlName.IsColumn).ToList();
            tables.Add(new FoundRelation(name, connect, columns, yaml(name)));
        }
        return tables;
    }
}
