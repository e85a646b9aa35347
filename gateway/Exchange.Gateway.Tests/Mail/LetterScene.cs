using Exchange.Gateway.Audit;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Pseudonyms;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Points;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>Letters at a hub with its own keys, log and store; agencies are whoever the test says they are.</summary>
public abstract class LetterScene : MailScene
{
    readonly ThrowawayAuthority ca;
    readonly CertificateVerifier certificates;
    readonly Translator translator = new();
    readonly PointThreads points = new();
    readonly GatewayMetrics metrics = new();
    readonly OpeningStore openingStore;
    MailFile? file;

    protected LetterScene()
    {
        ca = ThrowawayAuthority.Create(time);
        certificates = new CertificateVerifier(ca.Root, time);
        translator.Use(TranslationKeyRing.Parse(new TranslationKeys { Generation = 1, Keys = { Key(Chiyoda), Key(Tax) } })!);
        openingStore = OpeningStore.Open(Path.Combine(folder, "openings.db"));
        openings = new Openings(openingStore, NullLogger<Openings>.Instance, time);

        static TranslationKey Key(string agency)
        {
            using var scalar = SecretScalar.Random();
            return new TranslationKey { Agency = agency, Epoch = 1, Key = ByteString.CopyFrom(scalar.Bytes) };
        }
    }

    private protected AuditLog audit = null!;
    private protected LetterStore store = null!;
    private protected LetterRoom room = null!;
    private protected readonly Openings openings;

    public override ValueTask InitializeAsync()
    {
        (audit, store, room) = Open();
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        file?.Dispose();
        openings.Dispose();
        openingStore.Dispose();
        if (audit is not null)
            await audit.DisposeAsync();
        points.Dispose();
        metrics.Dispose();
        certificates.Dispose();
        ca.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual AuditLog OpenLog() => AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1"), time);

    (AuditLog, LetterStore, LetterRoom) Open()
    {
        var log = OpenLog();
        file = MailFile.Open(MailPath);
        var letters = new LetterStore(file);
        var steps = new LookupSteps(policy, quotas, translator, points, log, metrics, time);
        return (log, letters, new LetterRoom(letters, steps, new CallerCheck(certificates, policy), new NodeTable(), openings, log, metrics, time));
    }

    protected async Task Restart()
    {
        file?.Dispose();
        await audit.DisposeAsync();
        (audit, store, room) = Open();
    }

    protected async Task<IReadOnlyList<LookupEvent>> Entries()
    {
        var entries = new List<LookupEvent>();
        await foreach (var (_, entry) in audit.Read(0, long.MaxValue))
            if (AuditEntry.Parser.ParseFrom(entry).Lookup is { } lookup)
                entries.Add(lookup);
        return entries;
    }

    protected Letter Letter(TimeSpan? wait = null)
    {
        var now = time.GetUtcNow();
        using var scalar = SecretScalar.Random();
        return new Letter
        {
            Question = new SealedQuestion
            {
                Header = new Header
                {
                    Requester = Chiyoda,
                    Provider = Tax,
                    Task = "benefit-eligibility",
                    DataSet = Income,
                    RequesterEpoch = 1,
                    TimeUnixMs = now.ToUnixTimeMilliseconds(),
                    Kind = LookupKind.Mail,
                    RequestId = Random(16),
                    ExpiryUnixMs = (now + (wait ?? TimeSpan.FromDays(3))).ToUnixTimeMilliseconds(),
                }.ToByteString(),
                Point = ByteString.CopyFrom(scalar.PublicPoint()),
                Ciphertext = Random(32 + 128 + 16),
                Commitment = Random(32),
            },
            KeyId = Random(8),
            Enc = Random(32),
            Signature = Random(64),
            ReplyTo = new Mailbox { Agency = Chiyoda, Suite = "X25519", PublicKey = Random(32), KeyId = Random(8) },
        };
    }

    protected static AnswerRequest Answer(Letter letter) => new()
    {
        RequestId = Id(letter),
        Answer = new AnswerLetter
        {
            KeyId = Random(8),
            Enc = Random(32),
            Signature = Random(64),
            Answer = new SealedAnswer { Ciphertext = Random(AnswerEnvelope.SealedSize(512)), Commitment = Random(32) },
        },
    };

    protected static ByteString Id(Letter letter) => Header.Parser.ParseFrom(letter.Question.Header).RequestId;

    protected static void Change(Letter letter, Action<Header> change)
    {
        var header = Header.Parser.ParseFrom(letter.Question.Header);
        change(header);
        letter.Question.Header = header.ToByteString();
    }

    protected static AnswerRequest Changed(AnswerRequest answer, Action<AnswerRequest> change)
    {
        change(answer);
        return answer;
    }
}
