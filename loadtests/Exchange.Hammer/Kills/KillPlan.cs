namespace Exchange.Hammer.Kills;

/// <param name="Times">How often the hub is killed.</param>
/// <param name="Askers">How many ask at once.</param>
/// <param name="People">Residents of the exchange.</param>
/// <param name="Postgres">Environment variable with the connection string of a server for the log; null: a file.</param>
sealed record KillPlan(int Times, int Askers, int People, string? Postgres)
{
    /// <summary>Where the log is.</summary>
    public string Store => Postgres is null ? "SQLite" : "PostgreSQL";

    internal string? Server => Postgres is null ? null : Environment.GetEnvironmentVariable(Postgres);

    /// <summary>Why this is no drill, or null.</summary>
    public string? Mistake() =>
        Times < 1 ? "--times must be 1 or more"
        : Askers < 1 ? "--askers must be 1 or more"
        : People < 100 ? "--people must be 100 or more"
        : Postgres is not null && string.IsNullOrEmpty(Server) ? $"--postgres {Postgres}: this environment variable is not set"
        : null;
}
