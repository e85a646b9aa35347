using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Lookups;

/// <summary>The reasons a provider may give in the clear; none of them says whether it holds the person. Its words are not passed on: they could say something about one.</summary>
static class ProviderReasons
{
    public static Refusal Take(Refusal refusal) => Reasons.Refuse(Allowed(refusal.Reason) ? refusal.Reason : Reason.ProviderFailed);

    static bool Allowed(Reason reason) => reason is
        Reason.UnknownSession or Reason.BundleStale or Reason.OfferInvalid or Reason.OfferReplayed or Reason.SessionLimit
        or Reason.SessionEnded or Reason.SequenceReplayed or Reason.SequenceTooOld or Reason.SuiteNotAllowed
        or Reason.SignatureInvalid or Reason.NameMismatch or Reason.CertificateNotTrusted or Reason.CertificateRevoked
        or Reason.RevocationListStale
        or Reason.CiphertextInvalid or Reason.CommitmentMismatch or Reason.HeaderInvalid or Reason.TimeOutOfRange
        or Reason.PointInvalid or Reason.ProviderBusy or Reason.WindowExceeded or Reason.DuplicateId
        or Reason.JournalUnavailable or Reason.QuestionInvalid or Reason.DataSetUnknown or Reason.DeadlineExceeded or Reason.Cancelled
        or Reason.ConnectionLost or Reason.HubDraining or Reason.MailExpired or Reason.MailboxUnknown;
}
