using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// A provider node's HPKE key: drawn at start and every 24 hours, in memory only. The retired key is zeroed at once,
/// so an offer made under it is told to fetch the new bundle.
/// </summary>
public sealed class NodeKeys : IDisposable
{
    readonly AgencySigner signer;
    readonly TimeProvider time;
    readonly string suite;

    // Guards keys and bundle, and keeps a key from being zeroed while it agrees.
    readonly Lock gate = new();
    HpkeKeyPair? keys;
    Bundle? bundle;

    /// <param name="signer">Of the agency; stays the caller's.</param>
    /// <param name="node">Names this process; random when not given.</param>
    public NodeKeys(AgencySigner signer, TimeProvider time, string? node = null, string suite = HpkeSuite.X25519)
    {
        if (signer.Name.Kind != NameKind.Agency)
            throw new ArgumentException("Only an agency answers lookups.", nameof(signer));
        this.signer = signer;
        this.time = time;
        this.suite = suite;
        Node = node ?? RandomNumberGenerator.GetHexString(16, lowercase: true);
        if (!SessionRules.IsNode(Node))
            throw new ArgumentException("A node id has 1 to 64 ASCII letters, digits, dots, hyphens or underscores.", nameof(node));
    }

    public string Agency => signer.Name.Id;

    public string Node { get; }

    /// <summary>The signed bundle of the live key; a new one when 24 hours are over. Not to be changed by the caller.</summary>
    public Bundle Bundle
    {
        get
        {
            lock (gate)
            {
                Renew_NeedsLock();
                return bundle;
            }
        }
    }

    /// <summary>When <see cref="Bundle"/> will be another.</summary>
    public DateTimeOffset RenewsAt => DateTimeOffset.FromUnixTimeMilliseconds(Bundle.NotAfterUnixMs);

    /// <summary>Whether offers under this key are still taken.</summary>
    public bool IsLive(ByteString keyId) => Bundle.KeyId == keyId;

    /// <summary>BUNDLE_STALE when the key was retired, OFFER_INVALID when nothing can be agreed with this encapsulated key.</summary>
    internal bool TryAgree(SessionOffer offer, byte[] hdrS, [NotNullWhen(true)] out SessionKeys? agreed, out Reason reason)
    {
        agreed = null;
        HpkeContext? context;
        lock (gate)
        {
            Renew_NeedsLock();
            reason = Reason.BundleStale;
            if (offer.KeyId != bundle.KeyId)
                return false;
            reason = Reason.OfferInvalid;
            if (!HpkeSetup.TryRecipient(keys, offer.Enc.Span, Transcript.Info(hdrS), out context))
                return false;
        }
        using (context)
            agreed = SessionKeys.From(context);
        return true;
    }

    public void Dispose()
    {
        lock (gate)
            keys?.Dispose();
    }

    [MemberNotNull(nameof(keys), nameof(bundle))]
    void Renew_NeedsLock()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (keys is not null && bundle is not null && now < bundle.NotAfterUnixMs)
            return;
        keys?.Dispose();
        keys = HpkeKeyPair.Generate(suite);
        bundle = Bundles.Sign(signer, new Bundle
        {
            Agency = Agency,
            Node = Node,
            Suite = suite,
            PublicKey = ByteString.CopyFrom(keys.PublicKey),
            KeyId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SessionRules.KeyIdSize)),
            IssuedAtUnixMs = now,
            NotAfterUnixMs = now + (long)SessionRules.KeyLifetime.TotalMilliseconds,
        });
    }
}
