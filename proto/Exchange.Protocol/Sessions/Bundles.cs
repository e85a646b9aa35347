using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// Checks the bundles the directory hands out. The hub is not believed: a bundle speaks for an agency only by the
/// agency's own certificate, and an older one of a node is refused once a newer was seen.
/// </summary>
public sealed class Bundles(CertificateVerifier certificates, TimeProvider time, IReadOnlySet<string>? suites = null)
{
    const int X25519KeySize = 32, MaximumKeySize = 2048, MaximumNodesSeen = 16 * 1024, MaximumSuiteLength = 32, MaximumSize = 32 * 1024;

    readonly IReadOnlySet<string> suites = suites ?? SessionRules.DefaultSuites;

    // Newest issued-at of each node seen. An older bundle lives 24 h at most, so it ends before its successor's
    // own end and a node need not be remembered longer than that.
    readonly Dictionary<(string Agency, string Node), long> newest = [];
    readonly Lock gate = new();

    /// <summary>Adds chain and signature.</summary>
    public static Bundle Sign(AgencySigner signer, Bundle bundle)
    {
        bundle.Chain.Clear();
        bundle.Chain.Add(signer.Chain);
        bundle.Signature = ByteString.CopyFrom(signer.Sign(Transcript.Of(bundle)));
        return bundle;
    }

    /// <param name="agency">Whose bundle is wanted, as the requester knows it, not as the bundle says.</param>
    public bool TryVerify(Bundle bundle, string agency, [NotNullWhen(true)] out VerifiedBundle? verified, out Reason reason)
    {
        verified = null;
        var now = time.GetUtcNow();
        reason = Refuse(bundle, agency, now.ToUnixTimeMilliseconds());
        if (reason != Reason.Unspecified || !certificates.TryVerifyAgency(bundle.Chain, agency, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!certificate.HasSigned(Transcript.Of(bundle), bundle.Signature.Span))
            return false;
        reason = Reason.BundleStale;
        if (!IsNewest(bundle, now))
            return false;
        reason = Reason.Unspecified;
        verified = new VerifiedBundle(
            agency, bundle.Node, bundle.Suite, bundle.PublicKey, bundle.KeyId,
            DateTimeOffset.FromUnixTimeMilliseconds(bundle.IssuedAtUnixMs), DateTimeOffset.FromUnixTimeMilliseconds(bundle.NotAfterUnixMs), certificate);
        return true;
    }

    /// <summary>Names and sizes are those of a bundle, whoever it is of and whether or not it is signed: for those who only pass it on.</summary>
    public static bool HasForm(Bundle bundle) =>
        SessionRules.IsNode(bundle.Node) && bundle.KeyId.Length == SessionRules.KeyIdSize && bundle.PublicKey.Length is >= X25519KeySize and <= MaximumKeySize
        && bundle.Suite.Length <= MaximumSuiteLength && bundle.Suite.All(char.IsAscii) && bundle.CalculateSize() <= MaximumSize;

    Reason Refuse(Bundle bundle, string agency, long now)
    {
        if (bundle.Agency != agency)
            return Reason.NameMismatch;
        if (!suites.Contains(bundle.Suite))
            return Reason.SuiteNotAllowed;
        if (!HasForm(bundle))
            return Reason.OfferInvalid;
        if (bundle.IssuedAtUnixMs < 0 || bundle.IssuedAtUnixMs > now + (long)SessionRules.ClockTolerance.TotalMilliseconds)
            return Reason.TimeOutOfRange;
        if (bundle.NotAfterUnixMs <= now || bundle.NotAfterUnixMs > bundle.IssuedAtUnixMs + (long)SessionRules.KeyLifetime.TotalMilliseconds)
            return Reason.BundleStale;
        return Reason.Unspecified;
    }

    bool IsNewest(Bundle bundle, DateTimeOffset now)
    {
        var node = (bundle.Agency, bundle.Node);
        lock (gate)
        {
            if (newest.TryGetValue(node, out var seen) && bundle.IssuedAtUnixMs < seen)
                return false;
            if (newest.Count >= MaximumNodesSeen)
                Forget_NeedsLock((now - SessionRules.KeyLifetime).ToUnixTimeMilliseconds());
            newest[node] = bundle.IssuedAtUnixMs;
            return true;
        }
    }

    void Forget_NeedsLock(long before)
    {
        foreach (var (node, issued) in newest)
            if (issued < before)
                newest.Remove(node);
        if (newest.Count >= MaximumNodesSeen)
            newest.Remove(newest.MinBy(one => one.Value).Key);
    }
}
