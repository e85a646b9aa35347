using System.CommandLine;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Commands;

/// <summary>Finds entries, the newest first. It believes what it reads: whether that is so, <c>verify</c> says.</summary>
static class SearchCommand
{
    const int DefaultLimit = 50, LargestLimit = 100_000;

    public static Command Create()
    {
        var place = new LogArguments();
        var entries = new EntryArguments();
        var limit = new Option<int>("--limit") { Description = $"How many are told, at most {LargestLimit}.", DefaultValueFactory = _ => DefaultLimit, HelpName = "N" };
        limit.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > LargestLimit)
                given.AddError($"--limit is 1 to {LargestLimit}; audit export writes more.");
        });
        var format = AuditCommand.Format(RowFormat.Table, RowFormat.Json, RowFormat.Csv);
        var command = new Command("search", $"Find entries, the newest first. What is read is not verified. {AuditCommand.ExitCodes}");
        entries.AddTo(command);
        command.Add(limit);
        command.Add(format);
        place.AddTo(command, isSigned: false);
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            await using var log = place.Open(parsed, TimeProvider.System);
            var style = AuditCommand.Format(parsed, format);
            var isTable = style == RowFormat.Table;
            var rows = new RowWriter(Console.Out, style, isTable ? EntryColumns.Short : EntryColumns.All);
            var found = 0;
            using (var progress = Progress.OnConsole())
                await foreach (var row in Find(log, entries.Filter(parsed), newestFirst: true, progress, stop).ConfigureAwait(false))
                {
                    rows.Write(isTable ? [.. EntryColumns.Short.Select(column => row[column])] : row.Values);
                    if (++found == parsed.GetValue(limit))
                        break;
                }
            rows.Finish();
            if (isTable)
                Console.Out.WriteLine(found == 0 ? "None." : found == parsed.GetValue(limit) ? $"The newest {found}; there may be more, see --limit." : $"{found} in all.");
            return Outcome.Done;
        }));
        return command;
    }

    /// <exception cref="FormatException">Entries are not shown there.</exception>
    /// <exception cref="TileMissingException">One is missing, so nothing can be said of them all.</exception>
    internal static async IAsyncEnumerable<EntryColumns> Find(
        LogReader log, EntryFilter filter, bool newestFirst, Progress progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var size = await Size(log, stop).ConfigureAwait(false);
        var (maybe, read) = (filter.ByBytes(), 0UL);
        await foreach (var tile in log.All(size, stop, newestFirst).ConfigureAwait(false))
        {
            for (var i = 0; i < tile.Leaves.Length; i++)
            {
                var at = newestFirst ? tile.Leaves.Length - 1 - i : i;
                var number = tile.First + (ulong)at;
                if (tile.Leaves[at].Entry is not { } content)
                    throw new TileMissingException(tile.Tile, tile.Trouble ?? $"entry {number} is missing");
                if (maybe(content) && Parse(content) is var entry && filter.Means(entry))
                    yield return EntryColumns.Of(number, entry, tile.Leaves[at].Hash);
            }
            progress.At("entries", read += (ulong)tile.Tile.Width, size);
        }
    }

    /// <summary>How many entries there are to read; a copy has those of its checkpoint.</summary>
    internal static async Task<ulong> Size(LogReader log, CancellationToken stop)
    {
        var published = await log.Checkpoint(stop).ConfigureAwait(false) is { } note && SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Body, out var checkpoint) ? checkpoint.Size : 0;
        var size = await log.Count(published, stop).ConfigureAwait(false);
        return size == 0 || log.HasEntries ? size
            : throw new FormatException($"{log.Where} shows hashes and no entries; they are read at the hub's own address with --certificate, or in a copy that has them");
    }

    /// <summary>What is no entry is told as one that says nothing.</summary>
    static AuditEntry Parse(byte[] content)
    {
        try
        {
            return AuditEntry.Parser.ParseFrom(content);
        }
        catch (InvalidProtocolBufferException)
        {
            return new AuditEntry();
        }
    }
}
