using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>The answering side of a session: its keys and which sequence numbers it has seen.</summary>
public sealed class ProviderSession : IDisposable
{
    readonly ReplayWindow window = new();
    long lastUsedUnixMs;

    internal ProviderSession(SessionOffer offer, SessionKeys keys, VerifiedCertificate certificate)
    {
        Keys = keys;
        Certificate = certificate;
        Requester = offer.Requester;
        Key = KeyOf(offer.SessionId.Span);
        OfferedAt = DateTimeOffset.FromUnixTimeMilliseconds(offer.TimeUnixMs);
        NotAfter = DateTimeOffset.FromUnixTimeMilliseconds(offer.NotAfterUnixMs);
        lastUsedUnixMs = offer.TimeUnixMs;
    }

    public string Requester { get; }

    public DateTimeOffset OfferedAt { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>Of the requester, whose key signed the offer.</summary>
    internal VerifiedCertificate Certificate { get; }

    internal UInt128 Key { get; }

    internal SessionKeys Keys { get; }

    internal long LastUsedUnixMs => Volatile.Read(ref lastUsedUnixMs);

    internal static UInt128 KeyOf(ReadOnlySpan<byte> sessionId) => BinaryPrimitives.ReadUInt128BigEndian(sessionId);

    /// <summary>Marks a sequence number whose ciphertext has opened. UNSPECIFIED when it is new.</summary>
    internal Reason Admit(ulong sequence, DateTimeOffset now)
    {
        var reason = window.Admit(sequence);
        if (reason == Reason.Unspecified)
            Volatile.Write(ref lastUsedUnixMs, now.ToUnixTimeMilliseconds());
        return reason;
    }

    internal SessionConfirmation Confirm(SessionOffer offer, byte[] hdrS)
    {
        var confirmation = new byte[AeadKey.NonceSize + AeadKey.TagSize];
        var nonce = confirmation.AsSpan(0, AeadKey.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        if (!Keys.ToRequester.TrySeal(nonce, [], confirmation.AsSpan(AeadKey.NonceSize), Transcript.Confirmed(hdrS)))
            throw new InvalidOperationException("The session was disposed of before it was confirmed.");
        return new SessionConfirmation { SessionId = offer.SessionId, Sealed = UnsafeByteOperations.UnsafeWrap(confirmation) };
    }

    public void Dispose() => Keys.Dispose();
}
