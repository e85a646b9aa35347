using System.Text;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Npgsql;

namespace Exchange.Hosting.Storage;

/// <summary>A connection string, which a configuration names and never holds: <c>connection: { environment: NAME }</c>, or <c>{ file: PATH }</c>, mode 0600.</summary>
public static class NamedConnection
{
    /// <summary>One of PostgreSQL.</summary>
    /// <param name="folder">To which the path is relative.</param>
    /// <returns>Null when something is wrong with it, which has been reported.</returns>
    public static string? Read(YamlMap map, string folder) =>
        Read(map, folder, Parse, "of Npgsql, such as Host=db;Database=exchange;Username=hub;Password=...");

    /// <param name="parse">Gives null for what is no connection string.</param>
    /// <param name="kind">What is wanted, for whoever has to mend it.</param>
    public static string? Read(YamlMap map, string folder, Func<string, string?> parse, string kind)
    {
        if (map.Has("connection") && !map.HoldsMap("connection"))
        {
            map.OptionalText("connection");
            map.Report("connection", "a connection string is never written here; name where it is: {environment: NAME} or {file: PATH}");
            return null;
        }
        if (map.Map("connection") is not { } connection)
        {
            map.Report("connection", "'connection' is missing; write {environment: NAME} or {file: PATH}");
            return null;
        }
        var text = connection.Has("file") ? FromFile(connection, folder) : FromEnvironment(connection);
        connection.RefuseUnknownKeys();
        if (text is null)
            return null;
        if (parse(text) is { } parsed)
            return parsed;
        map.Report("connection", $"what is named here is not a connection string {kind}");
        return null;
    }

    /// <summary>Null when it is no connection string. What the driver says of it may quote it, and is not told.</summary>
    public static string? Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).ToString();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    static string? FromEnvironment(YamlMap connection)
    {
        var name = connection.Text("environment");
        if (name.Length == 0)
            return null;
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } text)
            return text;
        connection.Report("environment", $"the environment variable '{name}' is not set");
        return null;
    }

    static string? FromFile(YamlMap connection, string folder)
    {
        try
        {
            return Encoding.UTF8.GetString(SecretFile.Read(Path.GetFullPath(connection.Text("file"), folder))).Trim();
        }
        catch (SecretFileException e)
        {
            connection.Report("file", e.Message);
            return null;
        }
    }
}
