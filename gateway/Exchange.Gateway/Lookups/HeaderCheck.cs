using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;

namespace Exchange.Gateway.Lookups;

/// <summary>What the hub checks of a question before it looks anything up.</summary>
static class HeaderCheck
{
    /// <summary>Bytes of a ciphertext: a question is a form, not a document.</summary>
    const int MaximumCiphertext = 16 * 1024;

    public static bool TryRead([NotNullWhen(true)] SealedQuestion? question, string requester, DateTimeOffset now, [NotNullWhen(true)] out Header? header, out Reason reason)
    {
        if (!TryRead(question, requester, out header, out reason))
            return false;
        if (header.Kind is not (LookupKind.Cold or LookupKind.Warm))
            reason = Reason.HeaderInvalid;
        else if (question.Point.Length != (header.Kind == LookupKind.Cold ? Ristretto.PointLength : 0))
            reason = Reason.PointInvalid;
        else if (Math.Abs((now - DateTimeOffset.UnixEpoch).TotalMilliseconds - header.TimeUnixMs) > LookupService.ClockTolerance.TotalMilliseconds)
            reason = Reason.TimeOutOfRange;
        return reason == Reason.Unspecified;
    }

    /// <summary>Of a lookup that waits; its time and its expiry are for the caller to judge: the same letter may come again later.</summary>
    public static bool TryReadLetter([NotNullWhen(true)] SealedQuestion? question, string requester, [NotNullWhen(true)] out Header? header, out Reason reason)
    {
        if (!TryRead(question, requester, out header, out reason))
            return false;
        if (header.Kind != LookupKind.Mail)
            reason = Reason.HeaderInvalid;
        else if (question.Point.Length != Ristretto.PointLength)
            reason = Reason.PointInvalid;
        return reason == Reason.Unspecified;
    }

    static bool TryRead([NotNullWhen(true)] SealedQuestion? question, string requester, [NotNullWhen(true)] out Header? header, out Reason reason)
    {
        header = null;
        reason = Reason.HeaderInvalid;
        if (question is null || question.Commitment.Length != 32)
            return false;
        if (question.Header.Length > Headers.MaximumSize || question.Ciphertext.Length > MaximumCiphertext)
        {
            reason = Reason.MessageTooLarge;
            return false;
        }
        if (!Headers.TryParse(question.Header, out header, out reason))
            return false;
        reason = header.Requester == requester ? Reason.Unspecified : Reason.NameMismatch;
        return reason == Reason.Unspecified;
    }
}
