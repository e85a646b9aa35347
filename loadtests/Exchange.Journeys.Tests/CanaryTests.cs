using System.Globalization;
using System.Text;
using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Errors;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Redis;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Records.Municipality.V1;

namespace Exchange.Journeys.Tests;

/// <summary>Planted values travel through every kind of lookup and refusal, and then nobody who must not know them does.</summary>
public sealed class CanaryTests(CanaryTests.Watched watched) : IClassFixture<CanaryTests.Watched>, IAsyncLifetime
{
    public sealed class Watched : OwnExchange
    {
        readonly RespServer redis = RespServer.Embedded();

        public Watched() => Exchange = new RunningExchange { Plan = new ExchangePlan { People = 100, Connections = 1, Quota = (50_000, 100_000), Redis = redis.Address } };

        public string Redis => redis.Address;

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            redis.Dispose();
        }

        /// <summary>Listens from before the first part starts.</summary>
        public Telltales Telltales { get; } = new();
    }

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;
    const string Official = "canary-official-7391", CaseId = "canary-case-7391", SlipOfThePen = "jp.canary-taro-7391";

    readonly RunningExchange exchange = watched.Exchange;
    readonly Dictionary<string, byte[]> secrets = [];
    readonly Dictionary<string, string> words = [];
    readonly List<string> refusals = [];

    public async ValueTask InitializeAsync()
    {
        Plant();
        await Travel();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_planted_value_is_in_any_log_span_metric_label_refusal_or_file_of_the_hub()
    {
        AssertClean("a log line", exchange.Log.All.Select(line => line.Text), mustHold: "connected");
        AssertClean("a span", watched.Telltales.Spans, mustHold: "exchange.requester=" + Chiyoda);
        AssertClean("a metric label", watched.Telltales.Labels, mustHold: "exchange.hub.lookups data_set=" + RunningExchange.Income);
        AssertClean("a refusal", refusals, mustHold: "NAME_MISMATCH");

        // What waits in the write-ahead log lies in the folder, too.
        await exchange.AuditLog();
        var files = Directory.EnumerateFiles(Path.Combine(exchange.Folder.Folder, "hub"), "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(file => file, Read);
        Assert.Contains(files, file => file.Key.EndsWith("audit.db-wal", StringComparison.Ordinal) && Holds(file.Value, Encoding.UTF8.GetBytes(Chiyoda)));
        foreach (var (file, bytes) in files)
        {
            Assert.All(secrets, secret => Assert.False(Holds(bytes, secret.Value), $"{secret.Key} is in {file}"));
            Assert.All(words, word => Assert.False(Holds(bytes, Encoding.UTF8.GetBytes(word.Value)), $"{word.Key} is in {file}"));
            AssertClean(file, [Encoding.Latin1.GetString(bytes)]);
        }
    }

    [Fact]
    public void No_span_and_no_metric_label_says_what_a_sealed_answer_said()
    {
        Assert.Contains(watched.Telltales.Spans, span => span.Contains("exchange.outcome=answered", StringComparison.Ordinal));
        foreach (var told in watched.Telltales.Spans.Concat(watched.Telltales.Labels))
            foreach (var reason in new[] { Reason.HandleExpired, Reason.SourceUnavailable })
                Assert.DoesNotContain(Protocol.Refusals.Reasons.Name(reason), told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_planted_value_is_in_a_key_or_a_value_of_Redis()
    {
        // Handles and records; caches write in the background.
        await RunningExchange.Until(async () => (await RespContents.Read(watched.Redis)).Count >= 4);
        var contents = await RespContents.Read(watched.Redis);
        Assert.Equal(0, contents.Readable([.. secrets.Values, .. words.Values.Select(Encoding.UTF8.GetBytes)]));
    }

    [Fact]
    public void No_number_is_in_any_file_that_an_adapter_keeps()
    {
        var number = Encoding.UTF8.GetBytes(words["number"]);
        foreach (var agency in exchange.Folder.Agencies)
        {
            var state = Directory.GetFiles(Path.Combine(agency.Folder, "state")).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(state);
            Assert.All(state, file => Assert.False(Holds(Read(file), number), file));
        }
    }

    [Fact]
    public void No_planted_value_is_in_the_clear_in_an_agencys_journal()
    {
        foreach (var agency in exchange.Folder.Agencies.Where(one => one.Id is Chiyoda or Tax))
        {
            // Both the database and what waits in its write-ahead log.
            Assert.NotEmpty(exchange.Journal(agency.Id).Asked.Recent(1).Cast<object>().Concat(exchange.Journal(agency.Id).Answered.Recent(1)));
            var files = Directory.GetFiles(Path.GetDirectoryName(agency.Journal)!, "journal.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
            Assert.Contains(files, file => Holds(Read(file), Encoding.UTF8.GetBytes("benefit-eligibility")));
            foreach (var file in files)
            {
                var bytes = Read(file);
                Assert.All(secrets, secret => Assert.False(Holds(bytes, secret.Value), $"{secret.Key} is in {file}"));
                Assert.All(words.Where(word => word.Value != SlipOfThePen), word => Assert.False(Holds(bytes, Encoding.UTF8.GetBytes(word.Value)), $"{word.Key} is in {file}"));
            }
        }
    }

    void Plant()
    {
        var moved = Newcomers.Moved(exchange.Folder);
        words["number"] = moved.Number;
        words["key in Chiyoda"] = moved.TownKey;
        words["key at the tax agency"] = moved.TaxKey;
        words["key in Osaka"] = Newcomers.Mover;
        words["key at the pension service"] = moved.PensionKey;
        words["name"] = moved.Name;
        words["official"] = Official;
        words["case"] = CaseId;
        words["income"] = Newcomers.MoversIncome.ToString(CultureInfo.InvariantCulture);
        secrets["pseudonym in Chiyoda"] = exchange.Enrolled(Chiyoda, moved.TownKey).Stored.ToArray();
        secrets["pseudonym at the tax agency"] = exchange.Enrolled(Tax, moved.TaxKey).Stored.ToArray();
        secrets["pseudonym at the pension service"] = exchange.Enrolled(ExchangePlan.Pension, moved.PensionKey).Stored.ToArray();
        secrets["pseudonym in Osaka"] = exchange.Enrolled(Osaka, Newcomers.Mover).Stored.ToArray();
    }

    async Task Travel()
    {
        var person = Newcomers.Moved(exchange.Folder).TownKey;
        foreach (var dataSet in new[] { RunningExchange.Income, RunningExchange.ResidentTax })
            for (var i = 0; i < 2; i++)
            {
                var outcome = await exchange.Ask(Chiyoda, person, dataSet == RunningExchange.Income ? Tax : Osaka, dataSet: dataSet, official: Official, caseId: CaseId);
                Assert.Equal(AnswerStatus.Found, outcome.Status);
                if (dataSet == RunningExchange.ResidentTax)
                    Assert.Equal(Newcomers.MoversIncome, ResidentTax.Parser.ParseFrom(outcome.Record).TotalIncome);
            }
        foreach (var refused in new[]
        {
            await exchange.Ask(Chiyoda, person, task: "child-allowance", official: Official, caseId: CaseId),
            await exchange.Ask(Chiyoda, person, SlipOfThePen, official: Official, caseId: CaseId),
            await exchange.Ask(Chiyoda, person, dataSet: "tax.canary.v1", official: Official, caseId: CaseId),
            await exchange.Ask(Chiyoda, person, question: ByteString.CopyFrom(0xff, 0xff), official: Official, caseId: CaseId),
            await exchange.Ask(Chiyoda, words["number"], official: Official, caseId: CaseId),
        })
            refusals.Add(Protocol.Refusals.Reasons.Describe(refused.Refusal!));
        words["provider that is none"] = SlipOfThePen;
        await TravelInJobs(Newcomers.Moved(exchange.Folder));

        await Sealed(person);

        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        await ByHand(chiyoda, session, person);
    }

    /// <summary>What the provider says under the seal alone: that a handle has expired, and that it holds the person and cannot tell the record.</summary>
    async Task Sealed(string person)
    {
        Assert.True(exchange.At<People>(Tax).Rematch(Newcomers.Moved(exchange.Folder).TaxKey));
        Assert.Equal([Reason.HandleExpired], (await exchange.Ask(Chiyoda, person, official: Official, caseId: CaseId)).RepeatedBecause);
        var noPage = ByteString.CopyFrom(new byte[20]);
        var untold = await exchange.Parts.Asker(Chiyoda).Ask(
            new AskRequest(person, Tax, RunningExchange.Benefits, RunningExchange.Income, RunningExchange.Question(RunningExchange.Income), Official, CaseId, null, noPage), CancellationToken.None);
        Assert.Equal(Reason.SourceUnavailable, untold.Refusal?.Reason);
        refusals.Add(Protocol.Refusals.Reasons.Describe(untold.Refusal!));
    }

    /// <summary>The same person in each job: a decision, a list to link, a list to assess, with strangers and bad items among them.</summary>
    async Task TravelInJobs(Resident person)
    {
        using LocalSystem town = new(exchange, Chiyoda), pension = new(exchange, ExchangePlan.Pension), tax = new(exchange, Tax);
        var decided = await new EligibilityService.EligibilityServiceClient(town.Channel).DecideAsync(new EligibilityRequest
        {
            DecidedOn = "2026-06-20",
            Official = Official,
            CaseId = CaseId,
            Members = { new EligibilityMember { Person = person.TownKey, BornOn = $"{person.BornOn:yyyy-MM-dd}" } },
        }, town.Headers(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(decided.Facts);
        refusals.Add(string.Join(' ', decided.Missing.Select(one => one.Message)));

        var linked = await LocalSystem.All(
            new LinkingService.LinkingServiceClient(pension.Channel).Link(pension.Headers(), cancellationToken: TestContext.Current.CancellationToken),
            new[] { person.PensionKey, words["number"], person.PensionKey }.Select((key, i) => new LinkingItem
            {
                Id = (ulong)i,
                Person = key,
                Purpose = i == 0 ? new LinkingPurpose { On = "2026-01-01", Official = Official, CaseId = CaseId } : null,
            }));
        Assert.Contains(linked, one => one.Receipts.Count > 0);
        refusals.AddRange(linked.SelectMany(one => one.Findings).Select(one => one.Message));

        var assessed = await LocalSystem.All(
            new AssessmentService.AssessmentServiceClient(tax.Channel).Assess(tax.Headers(), cancellationToken: TestContext.Current.CancellationToken),
            [new AssessmentItem { Person = person.TaxKey, Purpose = new AssessmentPurpose { Year = 2025, Official = Official, CaseId = CaseId } }]);
        Assert.NotEmpty(Assert.Single(assessed).Receipts);
    }

    async Task ByHand(AgencyByHand chiyoda, RequesterSession session, string person)
    {
        var cold = chiyoda.Cold(session, person);
        secrets["X"] = cold.Message.Point.ToByteArray();
        secrets["Z"] = new byte[32];
        Assert.True(exchange.Hub<Translator>().TryTranslate(Chiyoda, 1, Tax, 1, secrets["X"], secrets["Z"]));
        secrets["question"] = cold.Message.Ciphertext.ToByteArray();
        var opened = await chiyoda.Answer(session, cold);
        secrets["handle"] = opened.Handle.ToArray();
        var warm = AgencyByHand.Warm(session, opened.Handle.Span);
        Assert.Equal(AnswerStatus.Found, (await chiyoda.Answer(session, warm)).Status);

        // Each stage that may refuse does, with the planted values in hand.
        await Refused(chiyoda, cold.Message);
        await Refused(chiyoda, AgencyByHand.Under(cold.Message, header => header.Requester = Osaka));
        await Refused(chiyoda, AgencyByHand.Under(cold.Message, header => header.TimeUnixMs -= 90_000));
        await Refused(chiyoda, new SealedQuestion(cold.Message) { Commitment = ByteString.Empty });
        await Refused(chiyoda, new SealedQuestion(warm.Message) { Ciphertext = ByteString.CopyFrom([.. warm.Message.Ciphertext.Span, .. warm.Message.Ciphertext.Span]) });
    }

    async Task Refused(AgencyByHand chiyoda, SealedQuestion question)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => chiyoda.Ask(question));
        refusals.Add(exception + " " + string.Join(' ', exception.Trailers.Select(entry => entry.IsBinary ? Encoding.Latin1.GetString(entry.ValueBytes) : entry.Value)) + exception.ToRefusal());
    }

    void AssertClean(string place, IEnumerable<string> texts, string? mustHold = null)
    {
        var all = texts.ToArray();
        if (mustHold is not null)
            Assert.Contains(all, text => text.Contains(mustHold, StringComparison.Ordinal));
        foreach (var text in all)
        {
            foreach (var (name, word) in words)
                Assert.False(text.Contains(word, StringComparison.OrdinalIgnoreCase), $"{name} is in {place}: {text}");
            foreach (var (name, secret) in secrets)
            {
                // As long as a digest's prefix that somebody might print.
                var part = secret.AsSpan(0, 12);
                Assert.False(text.Contains(Convert.ToHexString(part), StringComparison.OrdinalIgnoreCase), $"{name} is in {place}: {text}");
                Assert.False(text.Contains(Convert.ToBase64String(part), StringComparison.Ordinal), $"{name} is in {place}: {text}");
            }
        }
    }

    static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    static bool Holds(byte[] bytes, byte[] secret) => bytes.AsSpan().IndexOf(secret) >= 0;
}
