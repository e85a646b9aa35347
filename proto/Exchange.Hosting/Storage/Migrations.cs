using System.Reflection;
using DbUp;
using DbUp.Engine;
using Microsoft.Data.Sqlite;

namespace Exchange.Hosting.Storage;

/// <summary>Brings a SQLite file to the schema of this program, with numbered scripts embedded in an assembly.</summary>
public static class Migrations
{
    /// <summary>Each script runs in a transaction of its own and never again; scripts are only ever added.</summary>
    /// <param name="prefix">Of the resource names, up to the four digits that number a script: <c>Exchange.Gateway.Audit.Migrations.</c></param>
    /// <exception cref="StoreException">Foreign: the file was written by a newer program, and is left untouched. Failed: a script did not run.</exception>
    public static void Run(string connectionString, Assembly assembly, string prefix)
    {
        var store = new SqliteConnectionStringBuilder(connectionString).DataSource;
        var scripts = Scripts(assembly, prefix);
        var upgrader = DeployChanges.To.SqliteDatabase(connectionString)
            .WithScripts(scripts)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();

        var newer = upgrader.GetExecutedScripts().Except(scripts.Select(script => script.Name)).Order(StringComparer.Ordinal).ToArray();
        if (newer.Length > 0)
            throw new StoreException(StoreFault.Foreign,
                $"{store} was written by a newer version of this program: it holds {string.Join(", ", newer)}, and this version ends with {scripts[^1].Name}. Start the newer version, or restore the copy made before it.");

        var result = upgrader.PerformUpgrade();
        if (!result.Successful)
            throw new StoreException(StoreFault.Failed, $"{store}: {result.ErrorScript?.Name} did not run: {result.Error.Message}", result.Error);
    }

    /// <summary>What a file of this program was made with, to hold one against it.</summary>
    public static IReadOnlyList<(string Name, string Text)> Read(Assembly assembly, string prefix) =>
        [.. Scripts(assembly, prefix).Select(script => (script.Name, script.Contents))];

    static SqlScript[] Scripts(Assembly assembly, string prefix)
    {
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
            throw new InvalidOperationException($"{assembly.GetName().Name} embeds no script under {prefix}");
        for (var i = 0; i < names.Length; i++)
            if (!names[i].AsSpan(prefix.Length).StartsWith($"{i + 1:D4}_", StringComparison.Ordinal))
                throw new InvalidOperationException($"{names[i]} should be number {i + 1:D4} under {prefix}");
        return [.. names.Select(name => new SqlScript(name[prefix.Length..], Text(assembly, name)))];
    }

    static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
