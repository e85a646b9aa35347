using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>A session the provider has not confirmed yet; no question can be asked in it.</summary>
public sealed class OfferedSession : IDisposable
{
    readonly byte[] hdrS;
    readonly TimeProvider time;
    SessionKeys? keys;

    OfferedSession(SessionOffer offer, byte[] hdrS, SessionKeys keys, TimeProvider time)
    {
        Offer = offer;
        this.hdrS = hdrS;
        this.keys = keys;
        this.time = time;
    }

    /// <summary>To be sent; not to be changed.</summary>
    public SessionOffer Offer { get; }

    /// <summary>Draws a session id and an encapsulated key. OFFER_INVALID when the bundle's key is not one to agree with.</summary>
    /// <param name="lifetime">At most 8 hours, which is the default.</param>
    public static bool TryMake(
        VerifiedBundle bundle, AgencySigner signer, ulong epoch, TimeProvider time,
        [NotNullWhen(true)] out OfferedSession? offered, out Reason reason, TimeSpan? lifetime = null)
    {
        offered = null;
        reason = Reason.OfferInvalid;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var offer = new SessionOffer
        {
            Suite = bundle.Suite,
            Requester = signer.Name.Id,
            Provider = bundle.Agency,
            Node = bundle.Node,
            RequesterEpoch = epoch,
            KeyId = bundle.KeyId,
            SessionId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SessionRules.SessionIdSize)),
            NotAfterUnixMs = now + (long)(lifetime ?? SessionRules.MaximumLifetime).TotalMilliseconds,
            TimeUnixMs = now,
        };
        var hdrS = Transcript.Of(offer);
        if (!HpkeSetup.TrySender(bundle.Suite, bundle.PublicKey.Span, Transcript.Info(hdrS), out var enc, out var context))
            return false;
        using (context)
        {
            offer.Enc = ByteString.CopyFrom(enc);
            offer.Chain.Add(signer.Chain);
            offer.Signature = ByteString.CopyFrom(signer.Sign(Transcript.Signed(hdrS, enc)));
            offered = new OfferedSession(offer, hdrS, SessionKeys.From(context), time);
        }
        return true;
    }

    /// <summary>Once. UNKNOWN_SESSION when it confirms another, CIPHERTEXT_INVALID when the provider does not hold the same keys.</summary>
    public bool TryConfirm(SessionConfirmation confirmation, [NotNullWhen(true)] out RequesterSession? session, out Reason reason)
    {
        session = null;
        reason = Reason.UnknownSession;
        if (confirmation.SessionId != Offer.SessionId)
            return false;
        reason = Reason.CiphertextInvalid;
        if (keys is not { } held || !IsConfirmed(held, confirmation.Sealed.Span))
            return false;
        if (Interlocked.Exchange(ref keys, null) is not { } taken)
            return false;
        session = new RequesterSession(Offer, taken, time);
        return true;
    }

    public void Dispose() => Interlocked.Exchange(ref keys, null)?.Dispose();

    bool IsConfirmed(SessionKeys held, ReadOnlySpan<byte> sealedEmpty) =>
        sealedEmpty.Length == AeadKey.NonceSize + AeadKey.TagSize
        && held.ToRequester.TryOpen(sealedEmpty[..AeadKey.NonceSize], sealedEmpty[AeadKey.NonceSize..], [], Transcript.Confirmed(hdrS));
}
