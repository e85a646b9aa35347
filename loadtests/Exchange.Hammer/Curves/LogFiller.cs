using System.Globalization;
using Exchange.Gateway;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hammer.Appending;
using Exchange.Hosting.Secrets;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Curves;

/// <summary>Entries of lookups that never were, appended as the hub appends its own, and the hashes above them, as it would have them by then.</summary>
static class LogFiller
{
    const int AtOnce = 16_384;

    public static async Task Fill(ExchangeFolder folder, int count, IProgress<string> progress, CancellationToken stop)
    {
        var options = GatewayOptions.Read(folder.GatewayConfig);
        await using var log = AuditLog.Open(new AuditOptions(options.AuditFile, options.Name), TimeProvider.System);
        var step = Math.Max(1_000_000, count / 5);
        for (var (turn, told) = (log.Size, log.Size); log.Size < count; turn++)
        {
            stop.ThrowIfCancellationRequested();
            await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(AtOnce, count - log.Size)).Select(slot => log.Append(LogAppends.Entry(slot, turn), stop).AsTask())).ConfigureAwait(false);
            if (log.Size < told + step)
                continue;
            told = log.Size;
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"  {told:#,0} of {count:#,0} entries"));
        }
        using var signer = NoteKeyFile.Read(options.Log.Key, options.Name, Protocol.Transparency.NoteKeyUse.Note);
        using var tree = new LogTree(options.Log.CheckpointFile, log.Store, signer.Key);
        await tree.Raise((ulong)log.Size, stop).ConfigureAwait(false);
    }
}
