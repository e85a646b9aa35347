using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>
/// What the key authority gave the hub: translation keys for the <see cref="Translator"/>, commitments for the directory.
/// Both are kept on disk, so the hub starts and lookups go on while the authority is off; neither is ever replaced by
/// an older one.
/// </summary>
public sealed class AuthorityKeys : IDisposable
{
    readonly AuthorityClient authority;
    readonly AuthorityOptions options;
    readonly Translator translator;
    readonly byte[] hubPoint;
    readonly ILogger<AuthorityKeys> log;
    readonly SemaphoreSlim refreshing = new(1, 1);
    TranslationKeys? keys;
    volatile Commitments? commitments;
    volatile string? trouble;

    /// <summary>Puts in force what is on disk.</summary>
    /// <exception cref="SecretFileException">The keys file is open to others or malformed.</exception>
    public AuthorityKeys(AuthorityClient authority, AuthorityOptions options, Translator translator, SecretScalar h, ILogger<AuthorityKeys> log)
    {
        this.authority = authority;
        this.options = options;
        this.translator = translator;
        this.log = log;
        hubPoint = h.PublicPoint();
        Load();
    }

    /// <summary>As signed by the authority; null until they were fetched once.</summary>
    public Commitments? Commitments => commitments;

    /// <summary>After other commitments came into force: (old, new); of the first ones there is no old.</summary>
    public event Action<Commitments?, Commitments>? Changed;

    /// <summary>Why the authority's newest is not in force: a disk that takes no writes, an answer that is none. Null when it is in force, and while the authority cannot be reached.</summary>
    public string? Trouble => trouble;

    /// <summary>Asks the authority; null when its answer is in force, even if nothing is new. Whatever goes wrong leaves in force what was.</summary>
    public async Task<Refusal?> Refresh(CancellationToken cancellation)
    {
        await refreshing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var refusal = await Fetch(cancellation).ConfigureAwait(false);
            trouble = refusal is { Reason: not (Reason.AuthorityUnavailable or Reason.Cancelled) } ? refusal.Message : null;
            return refusal;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The disk, or an answer that nobody thought of; the next round may be luckier.
            trouble = e is IOException or UnauthorizedAccessException or SecretFileException ? $"What it sent cannot be kept: {e.Message}" : $"What it sent led to an unforeseen {e.GetType().Name}.";
            return Reasons.Refuse(Reason.Internal, trouble);
        }
        finally
        {
            refreshing.Release();
        }
    }

    public void Dispose() => refreshing.Dispose();

    async Task<Refusal?> Fetch(CancellationToken cancellation)
    {
        var (fetched, refusal) = await authority.GetCommitments(cancellation).ConfigureAwait(false);
        if (fetched is null)
            return refusal;
        if (Check(fetched) is { } wrong)
            return wrong;
        (var ring, refusal) = await authority.GetTranslationKeys(cancellation).ConfigureAwait(false);
        if (ring is null)
            return refusal;
        return Accept(ring) ?? Accept(fetched);
    }

    Refusal? Check(Commitments fetched)
    {
        if (!fetched.HubPoint.Span.SequenceEqual(hubPoint))
            return Reasons.Refuse(Reason.CommitmentsInvalid, "The key authority was set up with another hub's point.");
        return commitments is { } present && fetched.Version < present.Version
            ? Reasons.Refuse(Reason.CommitmentsInvalid, "The key authority's commitments are older than those in force.")
            : null;
    }

    Refusal? Accept(TranslationKeys fetched)
    {
        if (fetched.Equals(keys))
            return null;
        if (TranslationKeyRing.Parse(fetched) is not { } ring)
            return Reasons.Refuse(Reason.CommitmentsInvalid, "The key authority sent translation keys that are none.");
        if (ring.Generation < translator.Generation)
            return Reasons.Refuse(Reason.CommitmentsInvalid, "The key authority's translation keys are of an earlier generation than those in force.");
        SecretFile.Write(options.TranslationKeysFile, fetched.ToByteArray(), overwrite: true);
        keys = fetched;
        translator.Use(ring);
        Log.TranslationKeysInForce(log, ring.Generation, ring.Count);
        return null;
    }

    Refusal? Accept(Commitments fetched)
    {
        if (fetched.Equals(commitments))
            return null;
        SecretFile.Write(options.CommitmentsFile, fetched.ToByteArray(), overwrite: true);
        var before = commitments;
        commitments = fetched;
        Changed?.Invoke(before, fetched);
        Log.CommitmentsInForce(log, fetched.Version, fetched.Agencies.Count);
        return null;
    }

    void Load()
    {
        foreach (var file in new[] { options.TranslationKeysFile, options.CommitmentsFile })
            Folder.CreateForOwner(Path.GetDirectoryName(Path.GetFullPath(file))!);
        keys = Read(options.TranslationKeysFile, TranslationKeys.Parser);
        if (keys is not null)
            translator.Use(TranslationKeyRing.Parse(keys) ?? throw Malformed(options.TranslationKeysFile));
        commitments = Read(options.CommitmentsFile, Commitments.Parser);
        if (commitments is not null && !commitments.HubPoint.Span.SequenceEqual(hubPoint))
            throw new SecretFileException($"{options.CommitmentsFile} was made for another hub scalar; restore the scalar it was made for, or move the file away");
    }

    static T? Read<T>(string path, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return parser.ParseFrom(SecretFile.Read(path));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Malformed(path, e);
        }
    }

    static SecretFileException Malformed(string path, Exception? inner = null) =>
        new($"{path} is damaged; move it away, and it is fetched again from the key authority", inner);
}
