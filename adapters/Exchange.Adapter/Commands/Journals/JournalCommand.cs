using System.CommandLine;
using Exchange.Hosting.Commands;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>What an agency does with its journal beside the adapter that writes it.</summary>
static class JournalCommand
{
    public static Command Create(string kind) => new(
        "journal", "Search, prove, review, archive and purge this agency's journal, while the adapter runs or not. Whoever reads it is written down in it.")
    {
        SearchCommand.Create(kind),
        ProveCommand.Create(kind),
        ReviewCommand.Create(kind),
        ReadingsCommand.Create(kind),
        ArchiveCommand.Create(kind),
        PurgeCommand.Create(kind),
        PurgesCommand.Create(kind),
        AddKeyCommand.Create(kind),
    };

    public static Option<string> Format()
    {
        var option = new Option<string>("--format") { Description = "A table for people, json with one object a line, or csv.", DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json", "csv");
        return option;
    }

    public static RowFormat Format(ParseResult parsed, Option<string> option) => Enum.Parse<RowFormat>(parsed.GetRequiredValue(option), ignoreCase: true);

    public static Option<int> Number(string name, string description, int otherwise, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => otherwise, HelpName = "N" };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is var value && (value < least || value > most))
                given.AddError($"{name} is {least} to {most}.");
        });
        return option;
    }

    public static Option<long?> Time(string name, string description, int dayLater, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        Required = required,
        CustomParser = given =>
        {
            if (GivenTime.TryParse(given.Tokens[0].Value, dayLater, out var unixMs))
                return unixMs;
            given.AddError(GivenTime.Form);
            return null;
        },
    };

    /// <summary>Whatever keeps a command from running is told in words.</summary>
    public static Task<int> Run(Func<Task<int>> run) => Outcome.Of(async () =>
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Outcome.Fail("Stopped before the end.");
        }
        catch (SqliteException e)
        {
            return Outcome.Fail(e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB
                ? $"The file is damaged: {e.Message} Keep it as it is, look at the disk, and restore a whole copy." : $"The journal cannot be used: {e.Message}");
        }
    });
}
