using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Doctor;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Sources;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Joining;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Joining;

/// <summary>
/// Brings an agency into an exchange, from an invitation to a first answer: 1. what is pinned, 2. its certificate, 3. the hub
/// and what the law permits, 4. its records, 5. its files, 6. whether the records mean what they should, 7. enrolment, 8. one
/// question there and back. It may be stopped after any step and begun again.
/// </summary>
sealed class Joiner(AgencyKind kind, JoiningFolder folder, Interview ask, TimeProvider time)
{
    /// <summary>Under which the fingerprint is kept that was compared.</summary>
    const string Confirmed = "fingerprint-compared";

    const int Sample = 20, FirstPort = 7443;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(10), connecting = TimeSpan.FromSeconds(30);

    readonly RememberedAnswers answers = new(folder.Answers);

    /// <param name="exchange">Folder of a sandbox that stays up; null: of an exchange.</param>
    /// <returns>Whether the agency has joined; false when somebody else has to do something first, which was said.</returns>
    /// <exception cref="InterviewException">Something has to be known and is not.</exception>
    public async Task<bool> Run(string? invitationFile, SandboxDoor? exchange, CancellationToken stop)
    {
        if (File.Exists(folder.Config) && !File.Exists(folder.Answers))
        {
            ask.Say($"{folder.Config} is there already: this agency has joined. To begin anew, move the folder away.");
            return true;
        }
        Folder.CreateForOwner(folder.Folder);
        ask.Remember(answers);

        // 1. What is pinned.
        ask.Heading("1. The invitation");
        if (exchange is not null)
            invitationFile = await exchange.Invite(folder, ask, time, stop).ConfigureAwait(false);
        if (Invite(invitationFile, isHere: exchange is not null) is not { } invitation)
            return false;

        // 2. The certificate.
        ask.Heading("2. The certificate");
        if (!Certify(invitation, exchange))
            return false;

        // 3. The hub, and what the law permits.
        ask.Heading("3. The hub");
        var proxy = ask.Ask("proxy", "Address of the HTTP proxy through which the hub is reached; leave it empty when there is none.", answers["proxy"] ?? "", text => text.Length == 0 || Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address.Host.Length > 0 ? null : "write an address such as http://proxy.town.example:8080", isKept: false);
        var grants = await Grants(invitation, proxy, stop).ConfigureAwait(false);
        // One by which the hub is not reached is not suggested again.
        answers.Keep("proxy", proxy);

        // 4. The records.
        ask.Heading("4. Your records");
        if (!File.Exists(folder.Config) || !ask.Confirm("mapping.kept", $"{folder.Sources} is there from before. Go on with it as it is now?", suggestion: true))
            Configure(invitation, proxy, grants, new RecordsInterview(kind, folder, ask).Ask());

        // 6. What the records mean.
        ask.Heading("6. Do your records mean what they should?");
        await new RecordsCheck(kind, folder, ask, time).Run(stop).ConfigureAwait(false);

        // 7. Enrolment.
        ask.Heading("7. Enrolment");
        var options = AdapterOptions.Read(folder.Config, "exchange-adapter");
        if (!await Enrol(options, invitation, stop).ConfigureAwait(false))
            return false;

        // 8. One question there and back.
        ask.Heading("8. A first question");
        await FirstQuestion(options, invitation, stop).ConfigureAwait(false);
        answers.Forget();
        return true;
    }

    // 5. The files.
    void Configure(Invitation invitation, string proxy, IReadOnlyCollection<GrantRow> grants, RecordsDraft records)
    {
        ask.Heading("5. Configuration");
        var port = int.Parse(ask.Ask("port", "Port of the local API on this machine; the next one serves health.", FreePort(), text => int.TryParse(text, out var number) && number is >= 1024 and < 65535 ? null : "a number from 1024 to 65534"), System.Globalization.CultureInfo.InvariantCulture);
        Write(invitation, proxy, port, grants, records);
        ask.Say($"Wrote adapter.yaml, sources.yaml, allow.yaml, callers.yaml and the keys in {folder.Folder}. Each line that may be changed says so.");
    }

    /// <param name="isHere">From a sandbox on this machine: nobody can have changed it on its way.</param>
    Invitation? Invite(string? file, bool isHere)
    {
        file ??= ask.Ask("invitation", "The invitation that the hub's operator gave you, a file:", null, text => File.Exists(text) ? null : "there is no such file");
        var invitation = Invitation.Read(file);
        if (invitation.Kind != kind.Name)
            throw new InterviewException($"The invitation is for an agency of the kind {invitation.Kind}, and this is the program of a {kind.Name}; use exchange-{invitation.Kind}.");
        ask.Say($"It is for {invitation.Name} ({invitation.Agency}). Its fingerprint:\n\n    {invitation.Fingerprint}\n");
        if (!isHere && answers[Confirmed] != invitation.Fingerprint && !ask.Confirm("fingerprint", "Read it to the hub's operator over the telephone, by a number that is not in the invitation. Do they have the same?", suggestion: null))
        {
            ask.Say("Then somebody changed it on its way. Do not go on; tell the hub's operator.");
            return null;
        }
        answers.Keep(Confirmed, invitation.Fingerprint);
        File.WriteAllText(folder.Root, invitation.Root);
        File.WriteAllText(folder.AuthorityCertificate, invitation.AuthorityCertificate);
        return invitation;
    }

    bool Certify(Invitation invitation, SandboxDoor? exchange)
    {
        if (!File.Exists(folder.Certificate))
        {
            // Written anew each time, since an earlier one may be of another invitation; the key stays.
            Certificates.Request(folder, invitation.Agency);
            var certificate = exchange?.Certificate ?? ask.Ask(
                "certificate", $"The key of this agency was drawn and never leaves {folder.Key}; the request for its certificate is {folder.Request}. Send that to the CA. When you have the certificate, give its file; leave it empty to stop here and go on another day.",
                "", text => text.Length == 0 ? null : Certificates.Wrong(text, folder, invitation.Agency, time));
            if (certificate.Length == 0)
            {
                ask.Say("Run the same command again when the certificate has come; nothing is asked twice that is in the folder.");
                return false;
            }
            File.Copy(certificate, folder.Certificate);
        }
        if (Certificates.Wrong(folder.Certificate, folder, invitation.Agency, time) is { } wrong)
            throw new InterviewException($"{folder.Certificate}: {wrong}.");
        using var own = X509CertificateLoader.LoadCertificateFromFile(folder.Certificate);
        ask.Say($"The certificate is good until {own.NotAfter:yyyy-MM-dd}.");
        return true;
    }

    async Task<IReadOnlyCollection<GrantRow>> Grants(Invitation invitation, string proxy, CancellationToken stop)
    {
        using var certificate = PemFiles.Read(folder.Certificate, folder.Key);
        using var certificates = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(folder.Root), time);
        using var channels = new HubChannels(invitation.Hubs, 1, certificate, certificates, time, proxy: proxy.Length == 0 ? null : new HubProxy(new Uri(proxy)));
        if (await Admission.UntilKnown(() => channels.RefreshRevocationList(stop), ask.Say, time, stop).ConfigureAwait(false) is { } refusal)
            throw new InterviewException(refusal.Reason == Reason.HubUnavailable && (await HubChecks.Clock(channels, invitation.Hubs[0], time, stop).ConfigureAwait(false)).Trouble is { } trouble
                ? $"The hub at {invitation.Hubs[0]} is not reached: {trouble}. Run the same command again then."
                : $"The hub does not serve us: {Reasons.Describe(refusal)} Run the same command again then.");
        try
        {
            var grants = await channels.Next().Directory.GetGrantsAsync(new GetGrantsRequest(), deadline: (time.GetUtcNow() + patience).UtcDateTime, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            var asks = grants.Rows.Where(row => row.Requester == invitation.Agency).DistinctBy(row => (row.Task, row.DataSet)).Count();
            var tells = grants.Rows.Where(row => row.Provider == invitation.Agency).DistinctBy(row => (row.Task, row.DataSet)).Count();
            ask.Say($"The hub is there and knows this agency. The law lets it ask for {asks} things, and be asked for {tells}.");
            return grants.Rows;
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            throw new InterviewException($"The hub does not serve us: {Reasons.Describe(e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable))} Run the same command again then.");
        }
    }

    void Write(Invitation invitation, string proxy, int port, IReadOnlyCollection<GrantRow> grants, RecordsDraft records)
    {
        if (!File.Exists(folder.AgencyKeys))
            AgencyKeys.Create(folder.AgencyKeys);
        if (!File.Exists(folder.JournalKeys))
            JournalKeys.Create(folder.JournalKeys);
        if (!File.Exists(folder.LocalKey))
            Certificates.IssueLocal(folder, invitation.Agency, time);
        if (!File.Exists(folder.CallerKey))
            LocalTokens.CreateKey(folder.CallerKey, folder.CallerPublicKey);
        if (File.Exists(folder.Sources))
            File.Copy(folder.Sources, folder.Sources + ".before", overwrite: true);
        File.WriteAllText(folder.Sources, records.Yaml());
        File.WriteAllText(folder.Allow, ConfigurationTexts.Allow(invitation.Agency, grants, records.DataSets, DataSetCatalogue.HistoryOf(kind.Name)));
        File.WriteAllText(folder.Callers, ConfigurationTexts.Callers(invitation.Agency, grants));
        // Last: with it the other files are whole.
        File.WriteAllText(folder.Config + ".tmp", ConfigurationTexts.Adapter(invitation, proxy, port));
        _ = AdapterOptions.Read(folder.Config + ".tmp", "exchange-adapter");
        File.Move(folder.Config + ".tmp", folder.Config, overwrite: true);
    }

    async Task<bool> Enrol(AdapterOptions options, Invitation invitation, CancellationToken stop)
    {
        await using var data = MappingFile.Read(folder.Sources, DataSetCatalogue.OfKind(kind.Name), new SourceSettings { Time = time });
        if (invitation.Canary is { } canary && !await Enrol(options, new OnePerson(ConfigurationTexts.CanaryKey, canary.Number), "The canary person", stop).ConfigureAwait(false))
            return false;
        if (!await Enrol(options, new FewPeople(data.People!, Sample), $"The first {Sample} of the list", stop).ConfigureAwait(false))
            return false;
        if (ask.Confirm("enrol.all", "Enrol everybody of the list now? It goes on where it stopped when it is interrupted.", suggestion: true))
            return await Enrol(options, data.People!, "Everybody of the list", stop).ConfigureAwait(false);
        ask.Say($"Later: exchange-{kind.Name} enrol --config {folder.Config}");
        return true;
    }

    async Task<bool> Enrol(AdapterOptions options, Sources.People.IPeople people, string who, CancellationToken stop)
    {
        var bad = new List<Sources.People.BadLine>();
        EnrolmentResult result = null!;
        using (var progress = Hosting.Commands.Progress.OnConsole())
            await Admission.UntilKnown(async () =>
            {
                bad.Clear();
                return (result = await AgencyEnrolment.Run(options, people, new EnrolmentOptions { Epoch = options.Epoch }, time, bad.Add, new Shower(progress), stop).ConfigureAwait(false)).Refusal;
            }, ask.Say, time, stop).ConfigureAwait(false);
        if (result.Refusal is { } refusal)
        {
            ask.Say($"{who} could not be enrolled: {Reasons.Describe(refusal)}");
            ask.Say($"Everything else is done. When it is mended: exchange-{kind.Name} enrol --config {folder.Config}");
            return false;
        }
        ask.Say($"{who}: {result.Counts.Sum} enrolled{(result.Bad > 0 ? $", {Hosting.Commands.Counted.Of(result.Bad, "line")} passed over" : "")}{(result.Quarantined.Count > 0 ? $", {result.Quarantined.Sum(group => group.Count)} share a number and wait until it is mended" : "")}.");
        if (EnrolmentLists.WriteBad(options.State, bad) is { } list)
            ask.Say($"The lines passed over, with their reasons, are in {list}.");
        if (EnrolmentLists.WriteQuarantined(options.State, result.Quarantined) is { } quarantined)
            ask.Say($"Those who share a number are in {quarantined}.");
        if (result.Counts.Sum == 0)
            ask.Say("So nobody could be enrolled. Is the column of the individual number the right one? Mend it in sources.yaml, or the list, and run the same command again.");
        return result.Counts.Sum > 0;
    }

    async Task FirstQuestion(AdapterOptions options, Invitation invitation, CancellationToken stop)
    {
        if (options.Canary is not { } canary)
        {
            ask.Say("The invitation names no canary person, so nobody is asked about: a question about a resident needs a case.");
            return;
        }
        await using var app = AdapterHost.Build(kind, options, time, isQuiet: true);
        await app.StartAsync(stop).ConfigureAwait(false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(connecting);
            var connections = (HubConnections)app.Services.GetService(typeof(HubConnections))!;
            await connections.WaitUntilOpen(limit.Token).ConfigureAwait(false);
            var call = LocalCall.OfAdapter(options, null, folder.CallerKey, time);
            using var channel = call.Open();
            var told = await new LookupCaller(channel, call.Headers(), time).Ask(
                new PersonQuestion(canary.Person, canary.Provider, canary.Task, canary.DataSet, canary.Question, "init", "init", null), waits: true, stop).ConfigureAwait(false);
            ask.Say($"Asked {invitation.Canary!.Provider} about the canary person:");
            using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
            AnswerScreen.Write(text, told);
            ask.Say(text.ToString().TrimEnd());
        }
        catch (Exception e) when (e is LocalApiException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            ask.Say($"The question did not come back: {(e is LocalApiException ? e.Message : $"no connection to the hub within {connecting.TotalSeconds:0} s")} doctor says why.");
        }
        finally
        {
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody listens there, and no agency in a folder beside this one will.</summary>
    string FreePort()
    {
        var taken = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(one => one.Port).ToHashSet();
        foreach (var beside in Directory.EnumerateDirectories(Path.GetDirectoryName(folder.Folder)!).Select(path => Path.Combine(path, Path.GetFileName(folder.Config))).Where(File.Exists))
            foreach (var line in File.ReadLines(beside).Where(line => line.Contains("listen: ", StringComparison.Ordinal)))
                if (System.Net.IPEndPoint.TryParse(line[(line.IndexOf("listen: ", StringComparison.Ordinal) + 8)..].Split(' ')[0], out var place))
                    taken.Add(place.Port);
        return Enumerable.Range(0, 500).Select(i => FirstPort + 2 * i).First(port => !taken.Contains(port) && !taken.Contains(port + 1)).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    sealed class Shower(Hosting.Commands.Progress progress) : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) => progress.At(value.Waiting is { } waiting ? $"waiting: {waiting.Message}" : "enrolled", (ulong)value.Enrolled, 0);
    }
}
