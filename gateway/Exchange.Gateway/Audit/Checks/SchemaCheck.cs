using Dapper;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>Whether a file has the tables, and the triggers that guard them, which this version makes: a file made anew in memory is held beside it.</summary>
static class SchemaCheck
{
    public static void Run(SqliteConnection connection, string name, string migrations, Findings findings)
    {
        var scripts = Migrations.Read(typeof(SchemaCheck).Assembly, migrations);
        var newer = connection.Query<string>("SELECT ScriptName FROM SchemaVersions").Except(scripts.Select(script => script.Name)).Order(StringComparer.Ordinal).ToList();
        if (newer.Count > 0)
        {
            findings.Bad(name, LogFault.SchemaNewer, newer[0], $"a newer version of this program wrote it: it has {newer[0]}");
            return;
        }
        var (wanted, there) = (Wanted(scripts), Objects(connection));
        foreach (var (made, text) in wanted)
            if (!there.TryGetValue(made, out var own))
                findings.Bad(name, LogFault.SchemaChanged, made, $"the {made} is gone");
            else if (own != text)
                findings.Bad(name, LogFault.SchemaChanged, made, $"the {made} is another than this program makes");
        foreach (var made in there.Keys.Except(wanted.Keys))
            findings.Bad(name, LogFault.SchemaChanged, made, $"the {made} is none of this program's");
    }

    /// <summary>Tables, triggers, indexes and views by kind and name, such as <c>trigger entry_is_never_removed</c>.</summary>
    static Dictionary<string, string> Objects(SqliteConnection connection) => connection
        .Query<(string Type, string Name, string Text)>("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'SchemaVersions' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
        .ToDictionary(one => $"{one.Type} {one.Name}", one => one.Text, StringComparer.Ordinal);

    static Dictionary<string, string> Wanted(IReadOnlyList<(string Name, string Text)> scripts)
    {
        using var fresh = new SqliteConnection("Data Source=:memory:");
        fresh.Open();
        foreach (var (_, text) in scripts)
            fresh.Execute(text);
        return Objects(fresh);
    }
}
