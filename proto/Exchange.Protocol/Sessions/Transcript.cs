using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.V1;

namespace Exchange.Protocol.Sessions;

/// <summary>The bytes that bundles, offers and confirmations sign, derive from and authenticate.</summary>
static class Transcript
{
    public static byte[] Of(Bundle bundle) => Parts.Encode(
        "xhub/v1/bundle", bundle.Agency, bundle.Node, bundle.Suite, bundle.PublicKey, bundle.KeyId, bundle.IssuedAtUnixMs, bundle.NotAfterUnixMs);

    /// <summary>hdrS.</summary>
    public static byte[] Of(SessionOffer offer) => Parts.Encode(
        "xhub/v1/hdrS", offer.Suite, offer.Requester, offer.Provider, offer.Node, offer.RequesterEpoch, offer.KeyId, offer.SessionId,
        offer.NotAfterUnixMs, offer.TimeUnixMs);

    public static byte[] Info(byte[] hdrS) => Parts.Encode("xhub/v1/session", hdrS);

    public static byte[] Signed(byte[] hdrS, ReadOnlySpan<byte> enc) => Parts.Encode("xhub/v1/session-sig", hdrS, SHA256.HashData(enc));

    public static byte[] Confirmed(byte[] hdrS) => Parts.Encode("xhub/v1/session-ok", hdrS);
}
