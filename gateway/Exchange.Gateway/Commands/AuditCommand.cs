using System.CommandLine;
using System.CommandLine.Invocation;
using System.Security.Cryptography;
using Exchange.Gateway.Audit.Reading;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Commands;

/// <summary>What somebody does with a log who does not write it.</summary>
static class AuditCommand
{
    /// <summary>Beside <see cref="Outcome.Done"/> and <see cref="Outcome.Failed"/>, which is: something is wrong with the log.</summary>
    public const int CouldNotRun = 2;

    public const string ExitCodes = "Exit code 0: all is right; 1: something is wrong with the log, and is named; 2: it could not run.";

    public static Command Create() => new("audit", $"Verify, search, copy and check the hub's log, beside the hub that writes it or from a copy. None of them writes to the log. {ExitCodes}")
    {
        VerifyCommand.Create(),
        SearchCommand.Create(),
        ExportCommand.Create(),
        FsckCommand.Create(),
        PrepareCommand.Create(),
    };

    /// <param name="formats">The first is the one without being asked for.</param>
    public static Option<string> Format(params RowFormat[] formats)
    {
        var names = formats.Select(format => format.ToString().ToLowerInvariant()).ToArray();
        var option = new Option<string>("--format") { Description = "A table for people, json with one object a line, or csv.", DefaultValueFactory = _ => names[0] };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    public static RowFormat Format(ParseResult parsed, Option<string> option) => Enum.Parse<RowFormat>(parsed.GetRequiredValue(option), ignoreCase: true);

    /// <summary>Whatever keeps a command from running is told in words.</summary>
    public static async Task<int> Run(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (TileMissingException e)
        {
            return Outcome.Fail($"{e.Message}. To learn everything that is wrong: audit verify, or audit fsck at the hub.");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            return Outcome.Fail($"The file is damaged: {e.Message} Keep it as it is, look at the disk, and restore a whole copy.");
        }
        catch (Exception e) when (e is SecretFileException or ConfigurationException or StoreException or IOException or UnauthorizedAccessException
            or FormatException or CryptographicException or SqliteException or OperationCanceledException)
        {
            Console.Error.WriteLine(e is OperationCanceledException ? "Stopped before the end." : e.Message);
            return CouldNotRun;
        }
    }

    /// <summary>A wrong command line of these commands is no verdict on a log.</summary>
    public static int ExitCode(ParseResult parsed, int code) =>
        parsed.Action is ParseErrorAction && parsed.RootCommandResult.Command.Subcommands.First(one => one.Name == "audit").Subcommands.Contains(parsed.CommandResult.Command) ? CouldNotRun : code;
}
