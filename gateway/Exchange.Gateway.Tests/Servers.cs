namespace Exchange.Gateway.Tests;

/// <summary>Servers that only some machines have; a test without its server is skipped, or fails where all are required.</summary>
static class Servers
{
    public static string Postgres => Environment.GetEnvironmentVariable("EXCHANGE_POSTGRES") is { Length: > 0 } value
        ? value : Without("needs a connection string of PostgreSQL in EXCHANGE_POSTGRES");

    /// <summary>Folder of initdb, pg_ctl and postgres, the newest there is, for a test that stops and starts a server of its own.</summary>
    public static string PostgresPrograms =>
        System.IO.Directory.Exists("/usr/lib/postgresql")
        && System.IO.Directory.GetDirectories("/usr/lib/postgresql").OrderBy(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).LastOrDefault() is { } newest
        ? Path.Combine(newest, "bin") : Without("needs PostgreSQL installed under /usr/lib/postgresql");

    static string Without(string reason)
    {
        if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
            Assert.Fail(reason);
        Assert.Skip(reason);
        return "";
    }
}
