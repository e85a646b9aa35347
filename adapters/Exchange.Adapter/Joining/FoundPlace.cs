using System.Data.Common;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Joining;

/// <summary>Where an agency keeps its records, and every table that is there.</summary>
/// <param name="Unusable">Files that are no tables, and why.</param>
sealed record FoundPlace(IReadOnlyList<FoundTable> Tables, IReadOnlyList<string> Unusable)
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
                var relative = Path.GetRelativePath(folder, file);
                tables.Add(FoundFile.Open(file, relative.StartsWith("..", StringComparison.Ordinal) ? file : relative));
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
        var relative = Path.GetRelativePath(folder, path);
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        return new FoundPlace(Relations(FoundRelation.Sqlite(path), SqliteTables, table => ["source: sqlite", $"file: {shown}", $"table: {table}"]), []);
    }

    /// <param name="file">With the connection string, mode 0600.</param>
    /// <exception cref="DbException">It cannot be read.</exception>
    /// <exception cref="InterviewException">What stands in the file is no connection string.</exception>
    public static FoundPlace OfPostgres(string file, string folder)
    {
        var text = System.Text.Encoding.UTF8.GetString(Hosting.Secrets.SecretFile.Read(file)).Trim();
        var connection = NamedConnection.Parse(text) ?? throw new InterviewException($"{file} holds no connection string such as Host=db;Database=records;Username=exchange;Password=...");
        var relative = Path.GetRelativePath(folder, file);
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
        return new FoundPlace(Relations(FoundRelation.Postgres(connection), PostgresTables, table => ["source: postgresql", $"connection: {{ file: {shown} }}", $"table: {table}"]), []);
    }

    static List<FoundTable> Relations(Func<DbConnection> connect, string list, Func<string, IReadOnlyList<string>> yaml)
    {
        using var connection = connect();
        connection.Open();
        var names = new List<string>();
        using (var command = connection.CreateCommand())
        {
#pragma warning disable CA2100 // One of the constants above.
            command.CommandText = list;
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
                names.Add(reader.GetString(0));
        }
        var tables = new List<FoundTable>();
        foreach (var name in names.Where(SqlName.IsTable))
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are checked and quoted.
            command.CommandText = $"SELECT * FROM {SqlName.Table(name)} t LIMIT 0";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Where(SqlName.IsColumn).ToList();
            tables.Add(new FoundRelation(name, connect, columns, yaml(name)));
        }
        return tables;
    }
}
