using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Adapter.Evidence;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>What an agency holds against the hub's log, and shows to others.</summary>
static class AuditCommand
{
    /// <summary>Beside <see cref="Outcome.Done"/> and <see cref="Outcome.Failed"/>, which is: something is not proven.</summary>
    public const int CouldNotRun = 2;

    public const string ExitCodes = "Exit code 0: all is right; 1: something is not, and is named; 2: it could not run.";

    public static Command Create(string kind) => new("audit", $"Prove one exchange to a court, check such a proof, and answer the alarms about a hub's log. {ExitCodes}")
    {
        ProveCommand.Create(kind),
        CheckCommand.Create(),
        AlarmsCommand.Create(kind),
        AcknowledgeCommand.Create(kind),
    };

    public static Option<string> Format()
    {
        var option = new Option<string>("--format") { Description = "A table for people, or json.", DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }

    /// <summary>The agency's journal, beside its running adapter or without one.</summary>
    /// <exception cref="StoreException">There is none.</exception>
    public static SqliteStore Journal(AdapterOptions options)
    {
        var store = new SqliteStore(Path.Combine(options.State, "journal.db"), Durability.Process);
        return File.Exists(store.Path) ? store : throw new StoreException(StoreFault.Foreign, $"there is no journal at {store.Path}; it is made when the adapter first serves");
    }

    /// <summary>A line or a file with one.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static NoteKey Line(string given, string option, NoteKeyUse use)
    {
        var text = File.Exists(given) ? File.ReadAllText(given).Trim() : given;
        return NoteKey.TryParse(text, out var key) && key.Use == use ? key
            : throw new FormatException($"{option} is '{given}', which is neither the line NAME+HASH+KEY of a {(use == NoteKeyUse.Note ? "log" : "witness")} nor a file with one");
    }

    /// <summary>Whatever keeps a command from running is told in words.</summary>
    public static async Task<int> Run(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (LogTroubleException e)
        {
            Console.Error.WriteLine($"{LogFaults.Word(e.Fault)}: {e.Message}.");
            return CouldNotRun;
        }
        catch (Exception e) when (e is SecretFileException or ConfigurationException or StoreException or IOException or UnauthorizedAccessException
            or FormatException or CryptographicException or SqliteException or OperationCanceledException)
        {
            Console.Error.WriteLine(e is OperationCanceledException ? "Stopped before the end." : e.Message);
            return CouldNotRun;
        }
    }
}
