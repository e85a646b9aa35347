using System.CommandLine;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Adapter.Journal;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Commands.Audit;

/// <summary>Opens one exchange by its commitments, for a court, and no other.</summary>
static class ProveCommand
{
    public static Command Create(string kind)
    {
        var which = new Argument<string>("RECEIPT") { Description = "LOG:INDEX:LEAFHASH:REQUESTID, a JSON file that the local API answered, or a request id alone." };
        var config = ConfigOption.Create();
        var log = new Option<string?>("--log") { Description = "Prove it afresh with what the log shows: the hub's own address such as https://hub.example:7443/log/, which shows the entry to this agency; a public one; or a folder that 'audit export --tiles' of the hub wrote.", HelpName = "WHERE" };
        var bundle = new Option<string?>("--bundle") { Description = "Write everything that proves it into one file, mode 0600, for 'audit check'. It holds the question and the answer.", HelpName = "FILE" };
        var format = AuditCommand.Format();
        var command = new Command("prove", $"Show one exchange out of this agency's journal and prove that it is the one that passed, by the journal alone or afresh. {AuditCommand.ExitCodes}") { which, config, log, bundle, format };
        command.SetAction((parsed, stop) => AuditCommand.Run(async () =>
        {
            var options = AdapterOptions.Read(parsed.GetRequiredValue(config), $"exchange-{kind}");
            var (requestId, given) = Read(parsed.GetRequiredValue(which));
            var exhibit = Maker(options).Make(requestId, given);
            var pin = options.Logs.FirstOrDefault(one => one.Key.Name == exhibit.Receipt.Log)
                ?? throw new FormatException($"the key of the log '{exhibit.Receipt.Log}' is not pinned; name it under 'logs' in {parsed.GetRequiredValue(config)}");
            if (parsed.GetValue(log) is { } where)
            {
                using var place = Place(where, options);
                exhibit = await ExhibitMaker.Afresh(exhibit, place, stop).ConfigureAwait(false);
            }
            else if (exhibit.Checkpoint.Length == 0)
                throw new FormatException("this receipt is not proven in the journal so far; wait for the next checkpoint, or prove it with --log");
            var findings = ExhibitCheck.Run(exhibit, pin.Key, pin.Witnesses);
            ExhibitReport.Write(Console.Out, parsed.GetRequiredValue(format) == "json", exhibit, findings);
            if (parsed.GetValue(bundle) is { } file)
                SecretFile.Write(file, System.Text.Encoding.UTF8.GetBytes(exhibit.ToJson()));
            return findings.Any(one => one.IsGood == false) ? Outcome.Failed : Outcome.Done;
        }));
        return command;
    }

    static ExhibitMaker Maker(AdapterOptions options)
    {
        var store = AuditCommand.Journal(options);
        return new ExhibitMaker(
            options.Agency, new JournalTable<AskedEntry>(store, "asked", JournalRow.Asked), new JournalTable<AnsweredEntry>(store, "answered", JournalRow.Answered), new EvidenceTables(store));
    }

    /// <exception cref="FormatException">It is none, or holds several.</exception>
    static (byte[] RequestId, GivenReceipt? Receipt) Read(string which)
    {
        var id = new byte[Headers.RequestIdSize];
        if (which.Length == 2 * id.Length && Convert.FromHexString(which, id, out _, out _) == System.Buffers.OperationStatus.Done)
            return (id, null);
        var receipts = GivenReceipt.Read(which).DistinctBy(one => one.ToString()).ToList();
        return receipts.Count == 1 ? (receipts[0].RequestId, receipts[0])
            : throw new FormatException($"{which} holds {receipts.Count} receipts, and one exchange is opened at a time. Give one of them:\n{string.Join('\n', receipts)}");
    }

    static LogPlace Place(string where, AdapterOptions options)
    {
        if (!Uri.TryCreate(where, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return new LogFolder(where);
        var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), TimeProvider.System);
        var certificate = PemFiles.Read(options.Certificate, options.Key);
        return new LogSite(address, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // Whether the hub's certificate was revoked is not asked: what it shows proves itself, and what it is told is which tiles somebody reads.
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 hub
                    && verifier.TryVerifyWithoutList(hub, CertificateUse.Server, out var name) && name.Kind == NameKind.Hub,
            },
        }, TimeProvider.System);
    }
}
