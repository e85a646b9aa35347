using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.KeyAuthority.Keys;

/// <summary>
/// The keys a serving authority works with: read again whenever the file has changed, so that an admission takes effect
/// without a restart. A file that cannot be read leaves what was read before in force.
/// </summary>
public sealed class LiveKeys : IDisposable
{
    readonly KeyFile file;
    readonly AgencySigner signer;
    readonly ILogger<LiveKeys> log;
    readonly Lock gate = new();

    // Under the gate; a reader leaves it only with what it derived.
    AuthorityKeys keys;
    Commitments signed;
    (DateTime Written, long Length) seen;

    /// <exception cref="SecretFileException">The file is absent, open to others or malformed.</exception>
    public LiveKeys(KeyFile file, AgencySigner signer, ILogger<LiveKeys> log)
    {
        this.file = file;
        this.signer = signer;
        this.log = log;
        seen = Stamp();
        keys = file.Read();
        signed = Sign(keys.Commitments);
    }

    /// <summary>Signed; the same message until the file changes.</summary>
    public Commitments Commitments => Use(_ => signed);

    public TranslationKeys TranslationKeys => Use(keys => keys.TranslationKeys());

    public AdmittedAgency? Find(string agency) => Use(keys => keys.Find(agency));

    public SecretScalar Scalar(string agency, ulong epoch) => Use(keys => keys.Scalar(agency, epoch));

    public void Dispose()
    {
        lock (gate)
            keys.Dispose();
    }

    T Use<T>(Func<AuthorityKeys, T> read)
    {
        lock (gate)
        {
            if (Stamp() is var now && now != seen)
                Reload_NeedsLock(now);
            return read(keys);
        }
    }

    void Reload_NeedsLock((DateTime, long) now)
    {
        seen = now;
        try
        {
            var next = file.Read();
            signed = Sign(next.Commitments);
            keys.Dispose();
            keys = next;
            Log.KeysRead(log, signed.Version, signed.Agencies.Count);
        }
        catch (SecretFileException e)
        {
            Log.KeysNotRead(log, e);
        }
    }

    Commitments Sign(Commitments commitments)
    {
        var copy = commitments.Clone();
        copy.Signature = ByteString.CopyFrom(signer.Sign(EnrolmentSigning.Bytes(copy)));
        return copy;
    }

    (DateTime, long) Stamp()
    {
        var info = new FileInfo(file.Path);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
    }
}
