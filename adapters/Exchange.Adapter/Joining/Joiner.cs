using System.Data.Common;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Contracts;
using Exchange.Adapter.Doctor;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Joining;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Spectre.Console;

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

    const int Sample = 20, Shown = 5, Tested = 1000, MostUnknown = 12, FirstPort = 7443;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(10), connecting = TimeSpan.FromSeconds(30);

    readonly RememberedAnswers answers = new(folder.Answers);

    /// <param name="exchange">Folder of a sandbox that stays up; null: of an exchange.</param>
    /// <returns>Whether the agency has joined; false when somebody else has to do something first, which was said.</returns>
    /// <exception cref="InterviewException">Something has to be known and is not.</exception>
    public async Task<bool> Run(string? invitationFile, SandboxDoor? exchange, CancellationToken stop)
    {
        if (File.Exists(folder.Config) && !File.Exists(folder.Answers))
            throw new InterviewException($"{folder.Config} is there already: this agency has joined. doctor says how it stands; to begin anew, move the folder away.");
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
        var proxy = ask.Ask("proxy", "Address of the HTTP proxy through which the hub is reached; leave it empty when there is none.", "", text => text.Length == 0 || text.StartsWith("http://", StringComparison.Ordinal) ? null : "write an address such as http://proxy.town.example:8080");
        var grants = await Grants(invitation, proxy, stop).ConfigureAwait(false);

        // 4. The records.
        ask.Heading("4. Your records");
        if (!File.Exists(folder.Config) || !ask.Confirm("mapping.kept", $"{folder.Sources} is there from before. Go on with it as it is now?", suggestion: true))
            Configure(invitation, proxy, grants, Records());

        // 6. What the records mean.
        ask.Heading("6. Do your records mean what they should?");
        await Test(stop).ConfigureAwait(false);

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

    RecordsDraft Records()
    {
        var place = Place();
        foreach (var unusable in place.Unusable)
            ask.Say($"Passed over: {unusable}");
        if (place.Tables.Count == 0)
            throw new InterviewException("There is no table in what you named; of files, those whose names end with .csv are looked at. Run the same command again, and name another place.");
        FoundTable Named(string name) => place.Tables.First(table => Short(table) == name);
        string? IsTable(string name) => place.Tables.Any(table => Short(table) == name) ? null : $"there is no '{name}'; there are {string.Join(", ", place.Tables.Select(Short))}";

        var likely = place.Tables.FirstOrDefault(table => ColumnNames.Find(ColumnNames.Key, table.Columns) is not null && ColumnNames.Find(ColumnNames.Number, table.Columns) is not null);
        var people = Named(ask.Ask("people", "Where are the residents and their numbers?", likely is null ? null : Short(likely), IsTable));
        string? IsColumn(string name) => people.Columns.Contains(name) ? null : $"there is no column '{name}'; there are {string.Join(", ", people.Columns)}";
        var key = ask.Ask("people.key", "Which column is your own key of a person?", ColumnNames.Find(ColumnNames.Key, people.Columns), IsColumn);
        var number = ask.Ask("people.number", "Which column is the individual number?", ColumnNames.Find(ColumnNames.Number, people.Columns), IsColumn);

        var drafts = new List<DataSetDraft>();
        foreach (var contract in DataSetCatalogue.OfKind(kind.Name))
            if (DataSet(contract, place, Named, IsTable) is { } draft)
                drafts.Add(draft);
        var moves = place.Tables.Select(ResidencesDraft.Of).FirstOrDefault(found => found is not null);
        var residences = ask.Ask("residences", "Where is the record of moves, which says in which municipality somebody lived? Leave it empty when there is none.", moves is null ? "" : Short(moves.Table), text => text.Length == 0 ? null : IsTable(text));
        return new RecordsDraft(people, key, number, drafts, residences.Length == 0 ? null : ResidencesDraft.Of(Named(residences)));
    }

    DataSetDraft? DataSet(DataSetContract contract, FoundPlace place, Func<string, FoundTable> named, Func<string, string?> isTable)
    {
        var likely = place.Tables.Select(table => DataSetDraft.Of(contract, table, out _)).OfType<DataSetDraft>().Where(draft => draft.Fields.Count > 1).MaxBy(draft => draft.Fields.Count);
        var answer = ask.Ask(contract.Id, $"Where is {contract.Id} ({contract.Title})? Leave it empty when this agency does not provide it.", likely is null ? "" : Short(likely.Table), text => text.Length == 0 ? null : isTable(text));
        if (answer.Length == 0)
            return null;
        var table = named(answer);
        var draft = DataSetDraft.Of(contract, table, out var why);
        if (draft is null)
            ask.Say($"{why}.");
        else
            ask.Show(Picture(draft));
        if (draft is not null && ask.Confirm(contract.Id + ".right", "Is that right?", suggestion: true))
            return Mended(draft);
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in ((string[])[ColumnNames.Key, .. contract.Question.Fields.InDeclarationOrder().Select(one => one.Name), .. contract.Record.Fields.InFieldNumberOrder().Where(Sources.Mapping.CellConversion.Supports).Select(one => one.Name)]).Distinct())
            chosen[field] = ask.Ask($"{contract.Id}.{field}", $"Which column is {field}? Leave it empty when there is none.", ColumnNames.Find(field, table.Columns) ?? "", text => text.Length == 0 || table.Columns.Contains(text) ? null : $"there is no column '{text}'; there are {string.Join(", ", table.Columns)}");
        draft = DataSetDraft.Of(contract, table, out why, chosen) ?? throw new InterviewException($"{why}.");
        ask.Show(Picture(draft));
        if (!ask.Confirm(contract.Id + ".chosen.right", "Is that right?", suggestion: true))
            throw new InterviewException("Stopped, and nothing of it was written. Run the same command again and choose otherwise; what was answered is suggested then.");
        return Mended(draft);
    }

    /// <summary>What has to be looked at is asked, so that nothing is written that cannot be read.</summary>
    DataSetDraft Mended(DataSetDraft draft) => draft with { Fields = [.. draft.Fields.Select(field => field.Trouble is null ? field : Mended(draft, field)).OfType<DraftField>()] };

    DraftField? Mended(DataSetDraft draft, DraftField field)
    {
        var name = $"{draft.Contract.Id}.{field.Field}";
        var enumeration = draft.Contract.Record.FindFieldByName(field.Field) is { FieldType: Google.Protobuf.Reflection.FieldType.Enum } one ? one.EnumType : null;
        if (enumeration is not null)
        {
            string[] meanings = [.. Sources.Mapping.EnumNames.Short(enumeration).Skip(1)];
            if (draft.Table.Values(field.Column, DraftField.MostWords).Count(word => ColumnNames.Meaning(word, meanings) is null) is var unknown and > MostUnknown)
                throw new InterviewException($"Column {field.Column} holds {unknown} or more words of which none is known to mean {string.Join(", ", meanings)}. Is it the right column for {field.Field}? Run the same command again, say that the mapping is not right, and choose another or none.");
            return field.Meaning(draft.Table, meanings, word => ask.Ask($"{name}.{word}", $"What does '{word}' in column {field.Column} mean: {string.Join(", ", meanings)}?", null, text => meanings.Contains(text) ? null : $"one of {string.Join(", ", meanings)}", isKept: false));
        }
        if (field.IsDate)
        {
            var format = ask.Ask($"{name}.date", $"How are the dates in column {field.Column} written, such as yyyy/MM/dd? Leave it empty to leave the column out.", "", text => text.Length == 0 || DraftField.AreDates(draft.Table.Values(field.Column, 200), text) ? null : "that is not how all of them are written");
            return format.Length == 0 ? null : field with { Format = $"date: {YamlWord.Of(format)}", Trouble = null };
        }
        return ask.Confirm($"{name}.left-out", $"Column {field.Column}: {field.Trouble}. Go on without the column?", suggestion: false) ? null
            : throw new InterviewException("Stopped, and nothing of it was written. When the export is mended, run the same command again; what was answered is kept.");
    }

    FoundPlace Place()
    {
        var source = ask.Ask("records", "Where are your records: csv (a folder of CSV files), sqlite, postgresql, or odbc (SQL Server, Oracle, whatever has a driver)?", "csv", text => text is "csv" or "sqlite" or "postgresql" or "odbc" ? null : "say csv, sqlite, postgresql or odbc");
        var where = Path.GetFullPath(ask.Ask("records.place", source switch
        {
            "csv" => "Which folder are the CSV files in?",
            "sqlite" => "Which file is the database?",
            _ => "Which file holds the connection string, for a user who may only read? It must have mode 0600.",
        }, null, text => source == "csv" ? Directory.Exists(text) ? null : "there is no such folder" : File.Exists(text) ? null : "there is no such file"));
        try
        {
            var place = source switch
            {
                "csv" => FoundPlace.OfFolder(where, folder.Folder),
                "sqlite" => FoundPlace.OfSqlite(where, folder.Folder),
                "postgresql" => FoundPlace.OfPostgres(where, folder.Folder),
                _ => FoundPlace.OfOdbc(where, folder.Folder),
            };
            if (place.Rights is { Tables.Count: > 0 } rights)
                ask.Say($"  This account may also write: {rights.Few()}. One that may only read is safer; put its connection string in the file at any time.");
            return place;
        }
        catch (Exception e) when (OdbcFaults.Missing(e) is { } missing)
        {
            throw new InterviewException($"The database cannot be read: {missing}.");
        }
        catch (DbException e)
        {
            throw new InterviewException($"The database cannot be read: {(source switch { "postgresql" => PostgresFaults.Explain(e), "odbc" => OdbcFaults.Explain(e), _ => e.Message })}.");
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
        File.WriteAllText(folder.Allow, ConfigurationTexts.Allow(invitation.Agency, grants, records.DataSets));
        File.WriteAllText(folder.Callers, ConfigurationTexts.Callers(invitation.Agency, grants));
        // Last: with it the agency counts as joined.
        File.WriteAllText(folder.Config + ".tmp", ConfigurationTexts.Adapter(invitation, proxy, port));
        _ = AdapterOptions.Read(folder.Config + ".tmp", "exchange-adapter");
        File.Move(folder.Config + ".tmp", folder.Config, overwrite: true);
    }

    async Task Test(CancellationToken stop)
    {
        await using var data = MappingFile.Read(folder.Sources, DataSetCatalogue.OfKind(kind.Name), new SourceSettings { Time = time });
        foreach (var source in data.Sources.Values)
        {
            var questions = TriedQuestions.Usual(source.Contract, LegalDay.Today(time));
            if (await ShowRows(source, data.People!, questions, stop).ConfigureAwait(false)
                && !ask.Confirm(source.Contract.Id + ".rows", "Does your own system show the same, for the same people?", suggestion: true))
                throw new InterviewException($"Stopped; nobody has been enrolled. Mend the export or the columns in {folder.Sources}, and run the same command again.");
            var broken = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var counts = await new ContractTest(source, questions).Run(data.People!, Tested, row =>
            {
                lock (broken)
                    broken[row.Breach.What] = broken.GetValueOrDefault(row.Breach.What) + 1;
            }, stop).ConfigureAwait(false);
            ask.Say($"{source.Contract.Id}: {counts.Records} records of {counts.PeopleWithRecord} of {counts.People} people looked at{(counts.People == Tested ? ", the first of the list" : "")}; {counts.Broken} break the contract.");
            foreach (var (what, rows) in broken)
                ask.Say($"  {rows} rows: {what}");
            if (counts.PeopleWithRecord == 0)
                ask.Say("  Nobody has a record. Is the key column the same key as in the list of residents?");
            if (broken.Count > 0 || counts.PeopleWithRecord == 0)
                ask.Say($"  Mend the export or sources.yaml, and run contract-test --sources {folder.Sources} --report FILE, before you serve.");
        }
    }

    /// <returns>Whether there was any.</returns>
    async Task<bool> ShowRows(IRecordSource source, Sources.People.IPeople people, IReadOnlyList<Google.Protobuf.IMessage> questions, CancellationToken stop)
    {
        var names = source.Contract.FieldNames.ToList();
        var rows = new List<IReadOnlyList<string>>();
        await foreach (var person in people.Read(_ => { }, stop).ConfigureAwait(false))
        {
            foreach (var question in questions)
                try
                {
                    if (rows.Count < Shown && await source.Find(person.Key, question, stop).ConfigureAwait(false) is { } record)
                        rows.Add([person.Key, .. RecordCells.Of(source.Contract.Record, record.Record)]);
                }
                catch (SourceException)
                {
                    // Counted by the test that follows.
                }
            if (rows.Count == Shown)
                break;
        }
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{source.Contract.Id}: {rows.Count} of your rows, as others would be told them") };
        // A line for each field: the names of many would not fit beside each other.
        table.AddColumn("person");
        foreach (var row in rows)
            table.AddColumn(Markup.Escape(row[0]));
        foreach (var (index, name) in names.Index().Where(name => rows.Any(row => row[name.Index + 1].Length > 0)))
            table.AddRow([Markup.Escape(name), .. rows.Select(row => Markup.Escape(row[index + 1]))]);
        if (rows.Count > 0)
            ask.Show(table);
        return rows.Count > 0;
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
        ask.Say($"{who}: {result.Counts.Sum} enrolled{(result.Bad > 0 ? $", {result.Bad} lines passed over" : "")}{(result.Quarantined.Count > 0 ? $", {result.Quarantined.Sum(group => group.Count)} share a number and wait until it is mended" : "")}.");
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
        await using var app = AdapterHost.Build(kind, options, time);
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

    static Table Picture(DataSetDraft draft)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{draft.Contract.Id} from {Markup.Escape(Short(draft.Table))}") };
        table.AddColumns("field", "column", "how it is written", "to look at");
        table.AddRow("(person)", Markup.Escape(draft.Key), "", "");
        foreach (var (field, column) in draft.Match)
            table.AddRow($"(asked: {field})", Markup.Escape(column), "", "");
        foreach (var field in draft.Fields)
            table.AddRow(field.Field, Markup.Escape(field.Column), Markup.Escape(field.Format), Markup.Escape(field.Trouble ?? ""));
        return table;
    }

    static string Short(FoundTable table) => table is FoundFile file ? Path.GetFileName(file.Path) : table.Name;

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
