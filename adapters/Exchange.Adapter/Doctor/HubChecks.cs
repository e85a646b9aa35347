using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Connection;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace Exchange.Adapter.Doctor;

/// <summary>The way to the hub, the clock beside its own, and what it has for this agency.</summary>
static class HubChecks
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Diagnosis>> Look(string kind, AdapterOptions options, TimeProvider time, CancellationToken stop)
    {
        var found = new List<Diagnosis>();
        try
        {
            using var certificate = PemFiles.Read(options.Certificate, options.Key);
            using var certificates = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time);
            foreach (var address in options.Hubs)
            {
                using var channels = new HubChannels([address], 1, certificate, certificates, time, options.Connections, options.Proxy);
                await Look(found, kind, options, address, channels, time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SecretFileException or CryptographicException or IOException or ArgumentException)
        {
            found.Add(new Diagnosis("hub", Concern.Working, Mark.Unknown, $"The hub was not tried, since our own files cannot be used: {e.Message}", "Mend what is said of certificates first."));
        }
        return found;
    }

    static async Task Look(List<Diagnosis> found, string kind, AdapterOptions options, Uri address, HubChannels channels, TimeProvider time, CancellationToken stop)
    {
        // The clock first: when it is off, whatever follows fails for it.
        var (clock, trouble) = await Clock(channels, address, time, stop).ConfigureAwait(false);
        if (clock is not null)
            found.Add(clock);
        if (await channels.RefreshRevocationList(stop).ConfigureAwait(false) is { } refusal)
        {
            found.Add(new Diagnosis("hub", Concern.Working, Mark.Bad, $"{address} does not serve us: {trouble ?? $"{Reasons.Name(refusal.Reason)}: {refusal.Message}"}", trouble is null ? refusal.Remedy : ""));
            return;
        }
        found.Add(Diagnosis.Good("hub", Concern.Working, $"{address} is there{(options.Proxy is { } proxy ? $", through the proxy {proxy.Address}" : "")}, its certificate is good, and so is ours by the CA's current revocation list."));
        try
        {
            var directory = channels.Next().Directory;
            var deadline = (time.GetUtcNow() + patience).UtcDateTime;
            DataSets(found, (await directory.GetDataSetsAsync(new GetDataSetsRequest(), deadline: deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false)).DataSets);
            var rows = (await directory.GetGrantsAsync(new GetGrantsRequest(), deadline: deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false)).Rows;
            Grants(found, kind, options, rows);
            if (HoursChecks.Beside(options, rows, time) is { } otherwise)
                found.Add(otherwise);
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            var why = e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable);
            found.Add(new Diagnosis("hub-directory", Concern.Working, Mark.Bad, $"{address} does not tell its directory: {Reasons.Name(why.Reason)}: {why.Message}", why.Remedy));
        }
    }

    /// <summary>By the date that the hub's server writes above every page, also above one that is not there (RFC 9110 section 6.6.1).</summary>
    /// <returns>Or why there was no page at all, with what to do.</returns>
    public static async Task<(Diagnosis? Clock, string? Trouble)> Clock(HubChannels channels, Uri address, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var http = new HttpClient(channels.Handler(byNameAlone: true)) { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = patience };
            var before = time.GetUtcNow();
            using var response = await http.GetAsync(new Uri(address, "/"), HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (response.Headers.Date is not { } theirs)
                return (new Diagnosis("clock", Concern.Working, Mark.Unknown, "The hub does not say what time it is.", "Look that this machine's clock is synchronised."), null);
            // Whole seconds, cut off; and the way there and back lies between.
            var off = (before + (time.GetUtcNow() - before) / 2 - theirs - TimeSpan.FromSeconds(0.5)).Duration();
            var says = string.Create(CultureInfo.InvariantCulture, $"This machine's clock and the hub's differ by about {off.TotalSeconds:0} s.");
            return (off > SessionRules.ClockTolerance ? new Diagnosis("clock", Concern.Working, Mark.Bad, says, $"Set the clock, and have it synchronised (NTP): more than {SessionRules.ClockTolerance.TotalSeconds:0} s are refused everywhere.")
                : off > SessionRules.ClockTolerance / 4 ? new Diagnosis("clock", Concern.Working, Mark.Look, says, "Have it synchronised (NTP).")
                : Diagnosis.Good("clock", Concern.Working, says), null);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is HttpRequestException or TaskCanceledException)
        {
            return (null, Unreached.Explain(e) ?? "it does not answer in time; look at the network and the firewall");
        }
    }

    static void DataSets(List<Diagnosis> found, RepeatedField<DataSet> theirs)
    {
        var other = theirs.Where(one => DataSetCatalogue.All.FirstOrDefault(own => own.Id == one.Id) is { } own && !DataSetCatalogue.Agrees(own, one)).Select(one => one.Id).ToList();
        var unknown = theirs.Select(one => one.Id).Except(DataSetCatalogue.All.Select(own => own.Id)).ToList();
        found.Add(other.Count > 0
            ? new Diagnosis("versions", Concern.Working, Mark.Bad, $"The hub describes {string.Join(", ", other)} otherwise than this version of {AdapterSoftware.Name} does; they are not exchanged.", "Ask the hub's operator which version is current, and install it.")
            : unknown.Count > 0
                ? new Diagnosis("versions", Concern.Working, Mark.Look, $"The hub has data sets that {AdapterSoftware.Name} does not know: {string.Join(", ", unknown)}.", "Install the current version when they are needed here.")
                : Diagnosis.Good("versions", Concern.Working, $"{AdapterSoftware.Name} knows the {Counted.Of(theirs.Count, "data set")} of the hub as the hub does."));
    }

    static void Grants(List<Diagnosis> found, string kind, AdapterOptions options, RepeatedField<GrantRow> rows)
    {
        var asks = rows.Where(row => row.Requester == options.Agency).ToList();
        var tells = rows.Where(row => row.Provider == options.Agency).ToList();
        found.Add(rows.Count > 0
            ? Diagnosis.Good("matrix", Concern.Working, $"The law has {Counted.Of(asks.Select(row => (row.Task, row.DataSet)).Distinct().Count(), "row")} by which this agency asks, and {tells.Select(row => (row.Task, row.DataSet)).Distinct().Count()} by which it is asked.")
            : new Diagnosis("matrix", Concern.Working, Mark.Bad, "No row of the policy matrix in force names this agency or its kind: it can neither ask nor be asked.", "Ask the hub's operator for the rows, and their legal basis."));
        try
        {
            var callers = CallersFile.Read(options.LocalApi.CallersFile, [.. DataSetCatalogue.All.Select(one => one.Id)], out _);
            foreach (var caller in callers.Callers)
                foreach (var (task, dataSet) in caller.MayAsk.Where(may => !asks.Any(row => row.Task == may.Task && row.DataSet == may.DataSet)))
                    found.Add(new Diagnosis("callers", Concern.Working, Mark.Look, $"callers.yaml lets {caller.Name} ask {dataSet} for {task}, and no row of the matrix does.", "Take it out, or ask the hub's operator for the row."));
            if (options.Allow is { } file)
            {
                var allowed = AllowList.Read(file, DataSetCatalogue.ProvidedBy(kind));
                foreach (var asked in tells.GroupBy(row => (row.Task, row.DataSet)).Where(asked => asked.All(row => row.Fields.Count > 0 && GrantedRequester.Pattern(row.Requester) is { } who && allowed.Release(GrantedRequester.Example(who), row.Task, row.DataSet, [.. row.Fields]).IsNothing)))
                    found.Add(new Diagnosis("allow-list", Concern.Working, Mark.Look, $"The matrix lets others ask {asked.Key.DataSet} for {asked.Key.Task}, and allow.yaml tells nobody anything of it.", "Leave it so if that is meant; else add a row to allow.yaml."));
                foreach (var (row, predicate) in tells.SelectMany(row => row.Predicates.Select(predicate => (row, predicate))))
                    if (GrantedRequester.Pattern(row.Requester) is { } who && allowed.Find(GrantedRequester.Example(who), row.Task, row.DataSet, predicate) is null)
                        found.Add(new Diagnosis("allow-list", Concern.Working, Mark.Look, $"The matrix lets {row.Requester} ask whether {predicate.Name} ({predicate.Version}: {predicate.Test}) holds of {row.DataSet} for {row.Task}, and allow.yaml does not have it in these words.", "Leave it so if that is meant; else write name, version and test alike under 'predicates'."));
            }
        }
        catch (ConfigurationException)
        {
            // Told with the files.
        }
    }
}
