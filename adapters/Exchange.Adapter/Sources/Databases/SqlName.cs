using System.Text.RegularExpressions;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Names of tables, columns and channels: only letters, digits and underscores, always quoted.</summary>
static partial class SqlName
{
    public static bool IsColumn(string name) => Simple().IsMatch(name);

    /// <summary>A table, or schema and table with a dot between.</summary>
    public static bool IsTable(string name) => name.Split('.') is { Length: <= 2 } parts && parts.All(part => Simple().IsMatch(part));

    public static string Table(string name) => string.Join('.', name.Split('.').Select(Quote));

    /// <summary>Qualified, since SQLite takes an unknown bare name in quotes for a text.</summary>
    public static string Column(string name) => $"t.{Quote(name)}";

    public static string Quote(string name) =>
        Simple().IsMatch(name) ? $"\"{name}\"" : throw new ArgumentException("Not a name of a table, column or channel.", nameof(name));

    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{N}_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Simple();
}
