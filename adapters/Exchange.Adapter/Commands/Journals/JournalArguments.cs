using System.CommandLine;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>Which journal a command is about.</summary>
sealed class JournalArguments(string kind)
{
    readonly Option<string> config = ConfigOption.Create();
    readonly Option<string?> journal = new("--journal") { Description = "An archive, or a copy of the journal, to read instead. That it was read is written down in the journal itself.", HelpName = "FILE" };

    /// <param name="readsArchives">Whether an archive will do.</param>
    public void AddTo(Command command, bool readsArchives = true)
    {
        command.Add(config);
        if (readsArchives)
            command.Add(journal);
    }

    public AdapterOptions Options(ParseResult parsed) => AdapterOptions.Read(parsed.GetRequiredValue(config), $"exchange-{kind}");

    public OpenJournal Open(ParseResult parsed) => new(Options(parsed), parsed.GetResult(journal) is null ? null : parsed.GetValue(journal));
}

/// <summary>A journal with its keys, and where it is written down that it is read.</summary>
sealed class OpenJournal : IDisposable
{
    readonly JournalKeys keys;
    readonly JournalFile own;

    public OpenJournal(AdapterOptions options, string? archive)
    {
        Options = options;
        keys = JournalKeys.Read(options.JournalKeys);
        own = JournalFile.Open(options.JournalFile, keys);
        Read = archive is null ? own : JournalFile.Open(archive, keys);
        Archive = archive;
        Readings = new Readings(own.Store, keys, TimeProvider.System);
    }

    public AdapterOptions Options { get; }

    /// <summary>The archive's path as it was given; null for the journal itself.</summary>
    public string? Archive { get; }

    public JournalFile Read { get; }

    public Readings Readings { get; }

    /// <summary>Writes down that it is read, before anything of it is shown.</summary>
    public long Begin(string command, IEnumerable<(string Kind, string Value)> choice) =>
        Readings.Begin(command, [.. Archive is null ? choice : choice.Append(("journal", Path.GetFullPath(Archive)))]);

    public void Dispose()
    {
        if (Archive is not null)
            Read.Dispose();
        own.Dispose();
        keys.Dispose();
    }
}
