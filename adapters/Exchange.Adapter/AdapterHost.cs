using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agency.V1;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Files;
using Exchange.Adapter.Health;
using Exchange.Adapter.Histories;
using Exchange.Adapter.Hours;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Recalls;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Points;
using Exchange.Hosting.Services;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter;

/// <summary>Puts an agency's adapter together. Everything it needs is read and checked here, so that an adapter that starts is one that works.</summary>
public static class AdapterHost
{
    /// <param name="isQuiet">Logs nothing: somebody is being asked questions on this screen.</param>
    /// <exception cref="ConfigurationException">With every mistake of sources, allow-list, callers and programmes.</exception>
    /// <exception cref="Exchange.Hosting.Secrets.SecretFileException">A key file is absent, malformed or open to others.</exception>
    /// <exception cref="Exchange.Hosting.Storage.StoreException">A store is in use or damaged.</exception>
    public static WebApplication Build(AgencyKind kind, AdapterOptions options, TimeProvider time, bool isQuiet = false)
    {
        if (options.Programmes is { } programmes && kind.Name != "municipality")
            throw new ConfigurationException([new Problem(programmes, 0, 0, $"an adapter of kind {kind.Name} decides on no programmes; take 'programmes' out of adapter.yaml")]);

        // The content root is watched with all its folders: anywhere near the stores, each of their writes would wake the watcher.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddExchangeTelemetry(options.Telemetry, AdapterMetrics.Name, AdapterMetrics.Name);
        if (isQuiet)
            builder.Logging.ClearProviders();
        builder.Services.AddServiceManager();
        if (options.Management is { } management)
            builder.Services.AddManagementEndpoint(management);

        IReadOnlyList<Job> jobs = [.. kind.Jobs, Job.Of<ProtectionApi>(ProtectionService.Descriptor), Job.Of<LettersApi>(LetterService.Descriptor), Job.Of<RecallApi>(RecallService.Descriptor)];
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(time).AddSingleton<AdapterMetrics>();
        AddIdentity(services, options, time);
        AddStores(services, options, time);
        AddCaches(services, options, time);
        AddHub(services, options);
        AddEvidence(services);
        AddAsking(services);
        AddAnswering(services, kind.Name, options);
        AddDeltas(services, options);
        AddMail(services, options, time);
        services.AddSingleton<ResidenceRouting>().AddSingleton<Inquiries>().AddSingleton<OwnRecords>();
        services.AddSingleton(provider => new PacedLookups(provider.GetRequiredService<Asker>().Ask, provider.GetRequiredService<TimeProvider>()));
        kind.Services(services);
        services.AddSingleton<RevocationWatch>().AddHostedService(provider => provider.GetRequiredService<RevocationWatch>());
        services.AddHealthChecks().AddCheck<HubHealth>("hub").AddCheck<JournalHealth>("journal").AddCheck<EvidenceHealth>("evidence").AddCheck<CacheCheck>("cache").AddCheck<FilesHealth>("files").AddCheck<SourcesHealth>("sources").AddCheck<PeopleHealth>("people");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.AddLocalApi(options.LocalApi, provider => new LocalApiBackend(
            options.Agency, DataSetCatalogue.All,
            (request, cancelled) => provider.GetRequiredService<ResidenceRouting>().Ask(request, provider.GetRequiredService<Asker>().Ask, cancelled),
            provider.GetRequiredService<HubDirectory>().Grants), jobs);

        var app = builder.Build();
        // Read now, so that a mistake in any of them stops the start.
        app.Services.GetRequiredService<Answerer>();
        app.Services.GetRequiredService<Asker>();
        app.Services.GetServices<WatchedFile>();
        app.MapLocalApi(jobs);
        return app;
    }

    static void AddIdentity(IServiceCollection services, AdapterOptions options, TimeProvider time)
    {
        services.AddSingleton(_ => PemFiles.Read(options.Certificate, options.Key));
        services.AddSingleton(provider => new AgencySigner(provider.GetRequiredService<X509Certificate2>()));
        services.AddSingleton(_ => new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time));
        services.AddSingleton(_ => AgencyKeys.Read(options.Keys));
        services.AddSingleton(provider => provider.GetRequiredService<AgencyKeys>().Closing);
    }

    static void AddStores(IServiceCollection services, AdapterOptions options, TimeProvider time)
    {
        services.AddSingleton(provider => People.Open(options.PeopleFile, provider.GetRequiredService<AgencyKeys>().ClosingId, options.Epoch, time));
        services.AddSingleton(_ => JournalKeys.Read(options.JournalKeys));
        services.AddSingleton(provider => AgencyJournal.Open(
            new JournalOptions(options.JournalFile) { LargestBytes = options.LargestJournalBytes }, provider.GetRequiredService<JournalKeys>(), time));
        services.AddSingleton(provider => new ProtectionDatabase(options.ProtectionFile, provider.GetRequiredService<AgencyKeys>(), time));
        services.AddSingleton(options.Approval).AddSingleton<ProtectedPeople>().AddSingleton<ApprovalBook>().AddSingleton<Approvals>().AddSingleton<KeptTickets>();
        services.AddSingleton(provider => new Tickets(provider.GetRequiredService<AgencyKeys>().HandleRoot));
        services.AddSingleton<AskedJournal>().AddSingleton<AnsweredJournal>();
        services.AddHostedService<RetentionWatch>();
    }

    static void AddCaches(IServiceCollection services, AdapterOptions options, TimeProvider time)
    {
        if (options.Redis is { } redis)
            services.AddSingleton(_ => new RedisLevel(redis, $"exchange:{options.Agency}:", time));
        services.AddSingleton(provider => new HandleCacheKey(provider.GetRequiredService<AgencyKeys>().CacheNameKey));
        services.AddSingleton(provider => new HandleCache(provider.GetRequiredService<AgencyKeys>().CacheSealKey, provider.GetService<RedisLevel>(), time));
        services.AddSingleton<HandleShelf>();
        services.AddSingleton(provider =>
        {
            var keys = provider.GetRequiredService<AgencyKeys>();
            var cache = new RecordCache(keys.CacheSealKey, keys.CacheNameKey, provider.GetService<RedisLevel>(), time);
            foreach (var source in provider.GetRequiredService<AgencyData>().Sources.Values)
                cache.Watch(source);
            return cache;
        });
    }

    static void AddHub(IServiceCollection services, AdapterOptions options)
    {
        services.AddSingleton(options.Connections);
        services.AddSingleton(provider => new HubChannels(
            options.Hubs, options.ConnectionsPerHub, provider.GetRequiredService<X509Certificate2>(), provider.GetRequiredService<CertificateVerifier>(),
            provider.GetRequiredService<TimeProvider>(), options.Connections, options.Proxy));
        services.AddSingleton<HubConnections>().AddHostedService(provider => provider.GetRequiredService<HubConnections>());
        services.AddSingleton<HubDirectory>().AddHostedService(provider => provider.GetRequiredService<HubDirectory>());
        services.AddWatchedFile(provider => new OpeningRegister(
            options.Opening, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OpeningRegister>>()));
        services.AddHostedService<OpeningNews>();
    }

    static void AddMail(IServiceCollection services, AdapterOptions options, TimeProvider time)
    {
        services.AddSingleton(provider => new MailDatabase(options.MailFile, provider.GetRequiredService<AgencyKeys>(), time)).AddSingleton<MailboxKeys>().AddSingleton<SentLetters>();
        services.AddSingleton(provider => new Mailboxes(provider.GetRequiredService<CertificateVerifier>()));
        services.AddSingleton(provider => new ProviderLetters(options.Agency, provider.GetRequiredService<CertificateVerifier>(), provider.GetRequiredService<Mailboxes>(), time));
        services.AddSingleton<RecallBook>().AddSingleton<SentNotices>().AddSingleton<ReceivedNotices>().AddSingleton<NoticeCarrier>().AddSingleton<RecallDesk>();
        services.AddSingleton<OthersMailboxes>().AddSingleton<LetterSender>().AddSingleton<LetterDesk>().AddSingleton<LetterAnswers>().AddSingleton<LetterOutcomes>();
        services.AddSingleton<LetterCarrier>().AddHostedService(provider => provider.GetRequiredService<LetterCarrier>());
    }

    static void AddDeltas(IServiceCollection services, AdapterOptions options)
    {
        services.AddSingleton(_ => PinnedAuthority.Read(options));
        services.AddSingleton(provider =>
        {
            var deltas = provider.GetRequiredService<AgencyData>().Deltas;
            var time = provider.GetRequiredService<TimeProvider>();
            return new DeltaWatch(deltas, Run, notice => provider.GetRequiredService<ILogger<DeltaWatch>>().SourceNotice(notice), time);

            DeltaRun Run() => new(provider.GetRequiredService<People>(), changed => new Enroller(
                provider.GetRequiredService<People>(), provider.GetRequiredService<ClosingScalar>(), provider.GetRequiredService<AgencySigner>(), provider.GetRequiredService<PinnedAuthority>(),
                provider.GetRequiredService<HubChannels>().Next().Channel, new EnrolmentOptions { Epoch = options.Epoch, Changed = changed }, time), deltas!.Format);
        });
        services.AddHostedService(provider => provider.GetRequiredService<DeltaWatch>());
    }

    static void AddEvidence(IServiceCollection services)
    {
        services.AddSingleton<ReceiptsGiven>().AddSingleton<ReceiptsGot>().AddSingleton<LogAlarms>();
        services.AddSingleton<ReceiptWatch>().AddHostedService(provider => provider.GetRequiredService<ReceiptWatch>());
    }

    static void AddAsking(IServiceCollection services)
    {
        services.AddSingleton(_ => new BlindingPool());
        services.AddSingleton(provider => new Bundles(provider.GetRequiredService<CertificateVerifier>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<QuestionSealer>().AddSingleton<OpenSessions>().AddSingleton<Asker>();
    }

    static void AddAnswering(IServiceCollection services, string kind, AdapterOptions options)
    {
        services.AddSingleton(provider => options.Sources is null ? AgencyData.None : ReadRecords(provider, kind, options.Sources));
        services.AddWatchedFile(provider => new AllowRegister(
            options.Allow, DataSetCatalogue.ProvidedBy(kind), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AllowRegister>>()));
        services.AddSingleton(provider => new NodeKeys(provider.GetRequiredService<AgencySigner>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ProviderSessions(
            provider.GetRequiredService<NodeKeys>(), provider.GetRequiredService<CertificateVerifier>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Handles(provider.GetRequiredService<AgencyKeys>().HandleRoot, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PointThreads>().AddSingleton<PersonFinder>().AddSingleton<RightPerson>().AddSingleton<RecordReader>().AddSingleton<Answerer>();
        services.AddSingleton<KeyRenewal>().AddHostedService(provider => provider.GetRequiredService<KeyRenewal>());
    }

    /// <summary>What the mapping describes, and the history of it.</summary>
    static AgencyData ReadRecords(IServiceProvider provider, string kind, string sources)
    {
        var (time, log) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AgencyData>>());
        var data = MappingFile.Read(sources, DataSetCatalogue.OfKind(kind), new SourceSettings
        {
            Time = time,
            RevisionKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, [.. provider.GetRequiredService<AgencyKeys>().CacheNameKey], 32, info: "xhub/v1/revision"u8.ToArray()),
            Notice = notice => log.SourceNotice(notice),
        });
        return DataSetCatalogue.HistoryOf(kind) is not { } history ? data
            : data.With(new HistorySource(history, provider.GetRequiredService<AgencyJournal>(), provider.GetRequiredService<ProtectedPeople>(), notice => log.SourceNotice(notice), time));
    }
}
