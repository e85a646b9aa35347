using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Histories;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Recalls;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Points;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>A providing agency with real keys and stores, and the hub's end of its connection: everything by one clock that the test moves.</summary>
sealed class AnsweringAgency : IAsyncDisposable
{
    public const string Town = "jp.mun.131016", Provider = "jp.mun.271004", Task = "benefit-eligibility", UnlistedTask = "parking-permit", Law = "Number Act article 19 (8), benefit eligibility";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly string folder = Directory.CreateTempSubdirectory("answering-").FullName;
    readonly List<IDisposable> held = [];
    readonly CancellationTokenSource stop = new();
    readonly Dictionary<string, (byte[] Z, byte[] U)> points = [];
    readonly ClosingScalar closing;
    readonly People people;
    readonly AgencyKeys agencyKeys;
    readonly RecordCache cache;
    readonly ThrowawayAuthority authority;
    readonly CertificateVerifier certificates;
    readonly NodeKeys keys;
    readonly ProviderSessions sessions;
    RequesterSession session;
    readonly Answerer answerer;
    readonly List<Task> running = [];
    FrameConnection hub, provider;
    Line toHub;
    ProtectionDatabase protection;

    /// <param name="read">The source of every data set, by person; but tax.history.v1 is read from the journal.</param>
    /// <param name="approval">Where its officials decide; null: nowhere.</param>
    /// <param name="identify">The agency's own record of who a person is; null: it has none.</param>
    public AnsweringAgency(Func<AnsweringAgency, string, CancellationToken, Task<SourceRecord?>> read, Func<string, CancellationToken, Task<SourceRecord?>>? identify = null, ApprovalRules? approval = null)
    {
        closing = Hold(new ClosingScalar(Scalar()));
        people = Hold(People.Open(Path.Combine(folder, "people.db"), "closing", 1, Time));
        JournalKeys.Create(Path.Combine(folder, "journal.keys"));
        Journal = AgencyJournal.Open(new JournalOptions(Path.Combine(folder, "journal.db")), Hold(JournalKeys.Read(Path.Combine(folder, "journal.keys"))), Time);
        cache = new RecordCache(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32), time: Time);
        authority = Hold(ThrowawayAuthority.Create(Time));
        certificates = Hold(new CertificateVerifier(authority.Root, Time));
        Assert.Null(certificates.Replace(authority.SignRevocationList()));
        keys = Hold(new NodeKeys(Hold(new AgencySigner(Hold(authority.IssueAgency(Provider)))), Time, "node-1"));
        sessions = Hold(new ProviderSessions(keys, certificates, Time));
        session = Open();

        File.WriteAllText(Allow, string.Concat(DataSetCatalogue.All.Select(one =>
            $"  - {{ requester: jp.mun.*, task: {Task}, data_set: {one.Id}, fields: [{string.Join(", ", one.FieldNames)}] }}\n").Prepend("allow:\n")));
        Allowed = Hold(new AllowRegister(Allow, DataSetCatalogue.All, Time, NullLogger<AllowRegister>.Instance));
        var data = new AgencyData(DataSetCatalogue.All.ToDictionary(
            one => one.Id, IRecordSource (one) => new ScriptedSource(one, (person, cancellation) => read(this, person, cancellation))), null)
        { Identities = identify is null ? null : new ScriptedSource(DataSetCatalogue.Income, identify) };
        AgencyKeys.Create(Path.Combine(folder, "agency.keys"));
        agencyKeys = Hold(AgencyKeys.Read(Path.Combine(folder, "agency.keys")));
        OpenProtection(approval ?? ApprovalRules.None);
        data = data.With(new HistorySource(DataSetCatalogue.TaxHistory, Journal, Protected, _ => { }, Time));
        Recalls = new RecallBook(Hold(new MailDatabase(Path.Combine(folder, "mail.db"), agencyKeys, Time)), people);
        var handles = new Handles(RandomNumberGenerator.GetBytes(32), Time);
        answerer = new Answerer(
            Options, keys, sessions, new PersonFinder(people, closing, handles, Hold(new PointThreads())), new RightPerson(data, NullLogger<RightPerson>.Instance, Time), new Approvals(approval ?? ApprovalRules.None, Protected, Book, Hold(new Tickets(agencyKeys.HandleRoot)), Time), Recalls, Allowed, new RecordReader(data, cache, Log, Time), new AnsweredJournal(Journal, Time),
            Hold(new AdapterMetrics()), NullLogger<Answerer>.Instance, Time);

        Connect();
    }

    public ManualTime Time { get; } = new();

    public LogLines<RecordReader> Log { get; } = new();

    public AgencyJournal Journal { get; }

    public AllowRegister Allowed { get; }

    public ProtectedPeople Protected { get; private set; }

    public ApprovalBook Book { get; private set; }

    public RecallBook Recalls { get; }

    public string ProtectionFile => Path.Combine(folder, "protection.db");

    public void AcceptProtection()
    {
        using var store = new ProtectionDatabase(ProtectionFile, agencyKeys, Time);
        ProtectedPeople.Accept(store, people);
    }

    /// <summary>From now on nothing can be written to the store of people at risk.</summary>
    public void BreakProtection() => protection.Dispose();

    /// <summary>The store of people at risk as the next start reads it.</summary>
    public ApprovalBook ReadBook(ApprovalRules rules)
    {
        protection.Dispose();
        OpenProtection(rules);
        return Book;
    }

    public string Allow => Path.Combine(folder, "allow.yaml");

    /// <summary>The agency holds a person under this key; two keys of one person are quarantined.</summary>
    public void Enrol(string key, string? same = null)
    {
        var (z, u) = points[key] = same is null ? Draw() : points[same];
        var stored = new byte[Ristretto.PointLength];
        Assert.True(closing.TryUnblind(u, z, stored));
        people.Save([new EnrolledPerson(key, stored)]);
    }

    /// <summary>A COLD question about a person, held or not, as it leaves the hub.</summary>
    public (Ask Ask, AskedQuestion Asked) Ask(string person, DataSetContract dataSet, TimeSpan wait, TimeSpan timeout, string task = Task, uint[]? granted = null, ulong maxAgeMs = 0,
        string[]? predicates = null, Predicate[]? grantedPredicates = null, Consent? consent = null, int? consentValidDays = null, Identity? meant = null, ByteString? ticket = null, string caseId = "case-1",
        ByteString? query = null, ByteString? page = null)
    {
        var (z, u) = points.TryGetValue(person, out var known) ? known : Draw();
        var question = new Question { Official = "official-1", CaseId = caseId, MaxAgeMs = maxAgeMs, Predicates = { predicates ?? [] }, Consent = consent, Identity = meant, Ticket = ticket ?? ByteString.Empty, Query = query ?? ByteString.Empty, PageToken = page ?? ByteString.Empty };
        Assert.True(session.TrySealCold(new LookupTarget(task, dataSet.Id, 1), z, u, question, out var asked, out _));
        var grant = new Grant
        {
            DecisionId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            ProviderEpoch = 1,
            LegalBasis = Law,
            Predicates = { grantedPredicates ?? [] },
            NeedsConsent = consentValidDays is not null,
            ConsentValidDays = (uint)(consentValidDays ?? 0),
            Fields = { granted ?? [.. dataSet.Record.Fields.InFieldNumberOrder().Select(field => (uint)field.FieldNumber)] },
        };
        return (hub.Ask(new QuestionItem { Question = asked.Message, Grant = grant, TimeoutMs = (uint)timeout.TotalMilliseconds }, wait), asked);
    }

    /// <summary>The next answer that leaves the agency, opened, and the time by its clock.</summary>
    public async Task<(AnswerStatus Status, int Size, DateTimeOffset At, Answer Content)> Answered(AskedQuestion asked, DataSetContract dataSet)
    {
        var (answer, at) = await toHub.Answers.ReadAsync().AsTask().WaitAsync(patience);
        Assert.True(session.TryOpen(asked, answer, dataSet.DeclaredSize, out var opened, out var reason), reason.ToString());
        return (opened.Status, answer.CalculateSize(), at, opened.Answer);
    }

    public static Task<TResult> InTime<TResult>(Task<TResult> task) => task.WaitAsync(patience);

    public static Task InTime(Task task) => task.WaitAsync(patience);

    /// <summary>The connection is lost.</summary>
    public void Cut() => provider.Close();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await System.Threading.Tasks.Task.WhenAll(running);
        protection.Dispose();
        await cache.DisposeAsync();
        await Journal.DisposeAsync();
        for (var i = held.Count - 1; i >= 0; i--)
            held[i].Dispose();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [MemberNotNull(nameof(protection), nameof(Protected), nameof(Book))]
    void OpenProtection(ApprovalRules rules)
    {
        protection = new ProtectionDatabase(ProtectionFile, agencyKeys, Time);
        try
        {
            Protected = new ProtectedPeople(protection, people, rules, Time);
            Book = new ApprovalBook(protection, rules, NullLogger<ApprovalBook>.Instance, Time);
        }
        catch
        {
            protection.Dispose();
            throw;
        }
    }

    static AdapterOptions Options => BareOptions.Of(Provider);

    /// <summary>Hours or days go by: a new revocation list, a new session, a new connection.</summary>
    public async Task Pass(TimeSpan passed)
    {
        provider.Close();
        hub.Close();
        await System.Threading.Tasks.Task.WhenAll(running);
        Time.Advance(passed);
        Connect();
        Assert.Null(certificates.Replace(authority.SignRevocationList()));
        session = Open();
    }

    [MemberNotNull(nameof(hub), nameof(provider), nameof(toHub))]
    void Connect()
    {
        toHub = new Line(Time);
        var toProvider = new Line(Time);
        var limits = new ConnectionLimits();
        hub = new FrameConnection(toHub, toProvider, limits, Time, _ => { }, (_, _) => { }, (_, _) => { });
        provider = new FrameConnection(toProvider, toHub, limits, Time, _ => { }, answerer.Answer, answerer.Confirm);
        provider.Send(new Frame { Window = 100 });
        running.AddRange([hub.Run(stop.Token), provider.Run(stop.Token)]);
    }

    RequesterSession Open()
    {
        var signer = Hold(new AgencySigner(Hold(authority.IssueAgency(Town))));
        Assert.True(new Bundles(certificates, Time).TryVerify(keys.Bundle, Provider, out var verified, out var reason), reason.ToString());
        Assert.True(OfferedSession.TryMake(verified, signer, 1, Time, out var offered, out reason), reason.ToString());
        using (offered)
        {
            Assert.True(sessions.TryAccept(offered.Offer, out var confirmation, out reason), reason.ToString());
            Assert.True(offered.TryConfirm(confirmation, out var opened, out reason), reason.ToString());
            return Hold(opened);
        }
    }

    T Hold<T>(T one)
        where T : IDisposable
    {
        held.Add(one);
        return one;
    }

    static byte[] Scalar()
    {
        var scalar = new byte[Ristretto.ScalarLength];
        Ristretto.RandomScalar(scalar);
        return scalar;
    }

    static (byte[] Z, byte[] U) Draw()
    {
        var point = new byte[Ristretto.PointLength];
        Ristretto.FromUniformBytes(RandomNumberGenerator.GetBytes(Ristretto.WideLength), point);
        return (point, Scalar());
    }
}
