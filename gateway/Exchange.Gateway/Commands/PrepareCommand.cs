using System.CommandLine;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Commands;

/// <summary>What the owner of a database does before a hub keeps its log there, so that the hub's own account can add to it and no more.</summary>
static class PrepareCommand
{
    const string OwnerVariable = "AUDIT_OWNER";

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The hub's gateway.yaml, with audit: and the account of the hub.", Required = true, HelpName = "FILE" };
        var command = new Command("prepare", $"Make the tables of a log in PostgreSQL, or bring them to this version, as the owner of the database, whose connection string is in the environment variable {OwnerVariable}; and let the hub's account read and add. Needed once, and again with a new version; may be repeated.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            if (GatewayOptions.Read(parsed.GetRequiredValue(config)).Audit is not { } hub)
                return Outcome.Fail("gateway.yaml has no audit: this hub keeps its log in a file of its own, and needs nothing prepared.");
            if (NamedConnection.Parse(Environment.GetEnvironmentVariable(OwnerVariable) ?? "") is not { Length: > 0 } owner)
                return Outcome.Fail($"{OwnerVariable} is not set, or is no connection string; give it the connection string of the owner, such as Host=db;Database=exchange;Username=owner;Password=...");
            if (new NpgsqlConnectionStringBuilder(hub.ConnectionString).Username is not { Length: > 0 } writer)
                return Outcome.Fail("The connection string of the hub names no Username, so nobody can be given anything.");
            var database = new AuditDatabase(owner);
            PostgresTables.Prepare(database, writer);
            Console.WriteLine($"{database.Where} is ready: {writer} reads and adds, and neither changes nor removes.");
            return Outcome.Done;
        }));
        return command;
    }
}
