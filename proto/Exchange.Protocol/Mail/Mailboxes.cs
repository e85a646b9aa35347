using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Mail;

/// <summary>
/// Checks the mailboxes that the hub hands out. The hub is not believed: a key speaks for an agency only by the agency's own
/// certificate. An older one that is still good opens as well as the newest, so it gains nobody anything.
/// </summary>
public sealed class Mailboxes(CertificateVerifier certificates, IReadOnlySet<string>? suites = null)
{
    const int KeySize = 32, MaximumSuiteLength = 32, MaximumSize = 32 * 1024;

    readonly IReadOnlySet<string> suites = suites ?? SessionRules.DefaultSuites;

    /// <summary>Adds chain and signature.</summary>
    public static Mailbox Sign(AgencySigner signer, Mailbox mailbox)
    {
        mailbox.Chain.Clear();
        mailbox.Chain.Add(signer.Chain);
        mailbox.Signature = ByteString.CopyFrom(signer.Sign(MailTranscript.Of(mailbox)));
        return mailbox;
    }

    /// <summary>Names and sizes are those of a mailbox, whoever it is of and whether or not it is signed: for those who only pass it on.</summary>
    public static bool HasForm(Mailbox? mailbox) =>
        mailbox is not null && AgencyNames.IsId(mailbox.Agency) && mailbox.KeyId.Length == SessionRules.KeyIdSize && mailbox.PublicKey.Length == KeySize
        && mailbox.Suite.Length <= MaximumSuiteLength && mailbox.Suite.All(char.IsAscii) && mailbox.CalculateSize() <= MaximumSize;

    /// <summary>Whether letters may be sealed for it at this moment, by what it says of itself.</summary>
    public static bool IsOpen(Mailbox mailbox, DateTimeOffset at)
    {
        var now = at.ToUnixTimeMilliseconds();
        return mailbox.IssuedAtUnixMs >= 0 && mailbox.IssuedAtUnixMs <= now + (long)SessionRules.ClockTolerance.TotalMilliseconds
            && mailbox.NotAfterUnixMs > now && mailbox.NotAfterUnixMs <= mailbox.IssuedAtUnixMs + (long)MailRules.AcceptedFor.TotalMilliseconds;
    }

    /// <param name="agency">Whose mailbox is wanted, as who seals knows it, not as the mailbox says.</param>
    /// <param name="at">When the letter was written that it is for.</param>
    /// <param name="reason">MAILBOX_UNKNOWN, NAME_MISMATCH, SUITE_NOT_ALLOWED, SIGNATURE_INVALID, or a reason of <see cref="CertificateVerifier"/>.</param>
    public bool TryVerify(Mailbox? mailbox, string agency, DateTimeOffset at, [NotNullWhen(true)] out VerifiedMailbox? verified, out Reason reason)
    {
        verified = null;
        reason = !HasForm(mailbox) ? Reason.MailboxUnknown
            : mailbox!.Agency != agency ? Reason.NameMismatch
            : !suites.Contains(mailbox.Suite) ? Reason.SuiteNotAllowed
            : !IsOpen(mailbox, at) ? Reason.MailboxUnknown
            : Reason.Unspecified;
        if (reason != Reason.Unspecified || !certificates.TryVerifyAgency(mailbox!.Chain, agency, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!certificate.HasSigned(MailTranscript.Of(mailbox), mailbox.Signature.Span))
            return false;
        reason = Reason.Unspecified;
        verified = new VerifiedMailbox(agency, mailbox.Suite, mailbox.PublicKey, mailbox.KeyId);
        return true;
    }
}

/// <summary>A key for letters that its agency vouches for.</summary>
public sealed record VerifiedMailbox(string Agency, string Suite, ByteString PublicKey, ByteString KeyId);
