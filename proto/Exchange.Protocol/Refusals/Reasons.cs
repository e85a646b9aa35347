using Exchange.V1;
using Grpc.Core;

namespace Exchange.Protocol.Refusals;

/// <summary>
/// The one table of what each reason means to a caller: gRPC status, a sentence, what to do next, and when trying
/// again may help. Every <see cref="Reason"/> has a line; a test asserts it.
/// </summary>
public static class Reasons
{
    /// <param name="Retry">Zero: trying again changes nothing.</param>
    public sealed record Meaning(StatusCode Status, string Message, string Remedy, TimeSpan Retry);

    static readonly TimeSpan never = TimeSpan.Zero;
    static readonly TimeSpan atOnce = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan soon = TimeSpan.FromSeconds(1);
    static readonly TimeSpan later = TimeSpan.FromSeconds(5);

    static readonly Dictionary<Reason, Meaning> table = new()
    {
        [Reason.Unspecified] = new(StatusCode.Unknown, "No reason was given.", "Report this to the operator with the request id.", never),

        [Reason.CertificateRequired] = new(StatusCode.Unauthenticated, "No client certificate was presented.", "Connect with the certificate of your agency.", never),
        [Reason.CertificateNotTrusted] = new(StatusCode.Unauthenticated, "The certificate does not lead to the pinned root, is not in force, or is not for this use.", "Check its dates, its usage and which CA issued it.", never),
        [Reason.CertificateRevoked] = new(StatusCode.Unauthenticated, "The certificate is revoked.", "Ask the CA for a new certificate.", never),
        [Reason.NameMismatch] = new(StatusCode.PermissionDenied, "The certificate does not speak for the agency named.", "Use the agency id that stands in the certificate's SAN URI.", never),
        [Reason.AgencyUnknown] = new(StatusCode.PermissionDenied, "The directory does not know this agency.", "Ask the hub's operator to add it.", never),
        [Reason.AgencySuspended] = new(StatusCode.PermissionDenied, "The agency is suspended.", "Ask the hub's operator why.", never),
        [Reason.RevocationListStale] = new(StatusCode.Unavailable, "The revocation list is more than 24 hours old, so no certificate can be trusted.", "The hub's operator must fetch the current list from the CA.", later),

        [Reason.NotPermitted] = new(StatusCode.PermissionDenied, "No row of the policy matrix permits this today.", "Check task, provider and data set with WhatMayIAsk.", never),
        [Reason.TaskUnknown] = new(StatusCode.InvalidArgument, "No row of the policy matrix names this task.", "Check the spelling with WhatMayIAsk.", never),
        [Reason.DataSetUnknown] = new(StatusCode.InvalidArgument, "There is no data set of this name.", "Check the spelling with WhatMayIAsk.", never),
        [Reason.ProviderUnknown] = new(StatusCode.InvalidArgument, "There is no such provider.", "Give an agency id of the directory, or a kind of which there is only one.", never),
        [Reason.QuotaExceeded] = new(StatusCode.ResourceExhausted, "The quota for this data set is used up.", "Slow down and repeat after the time given.", soon),
        [Reason.WindowExceeded] = new(StatusCode.ResourceExhausted, "More items are outstanding than the other side accepts at once.", "Wait for answers before sending more.", soon),
        [Reason.MessageTooLarge] = new(StatusCode.InvalidArgument, "A part of the message is larger than the protocol allows.", "Shorten it or ask in pages.", never),
        [Reason.CallerUnknown] = new(StatusCode.Unauthenticated, "The caller is not in this agency's list of callers.", "Present a certificate or token that callers.yaml names.", never),
        [Reason.CallerNotPermitted] = new(StatusCode.PermissionDenied, "This agency's list of callers does not permit this task and data set.", "Ask whoever keeps callers.yaml.", never),

        [Reason.ConnectionLimit] = new(StatusCode.ResourceExhausted, "The agency holds as many connections as it may.", "Close some, or give each adapter fewer connections.", later),

        [Reason.HeaderInvalid] = new(StatusCode.InvalidArgument, "The header is malformed, or does not re-serialise to the bytes sent.", "Send only the fields of protocol version 1, in order of their numbers.", never),
        [Reason.TimeOutOfRange] = new(StatusCode.FailedPrecondition, "The time sent is too far from the receiver's clock.", "Set the clock; both sides need time synchronisation.", never),
        [Reason.PointInvalid] = new(StatusCode.InvalidArgument, "The point is not a valid, non-identity ristretto255 element.", "Blind the pseudonym anew.", never),
        [Reason.SignatureInvalid] = new(StatusCode.Unauthenticated, "The signature does not verify.", "Sign with the key of the certificate sent along.", never),
        [Reason.SuiteNotAllowed] = new(StatusCode.FailedPrecondition, "The suite is not in the allow-list.", "Agree on a suite with the other agency.", never),
        [Reason.CiphertextInvalid] = new(StatusCode.InvalidArgument, "The ciphertext does not open.", "Open a new session and repeat.", atOnce),
        [Reason.CommitmentMismatch] = new(StatusCode.DataLoss, "The commitment does not fit the message.", "Report this to both agencies: something between them changed it.", never),
        [Reason.EpochMismatch] = new(StatusCode.FailedPrecondition, "The key epoch is not in force.", "Convert the column to the current epoch, or wait for the other agency to do so.", never),
        [Reason.DuplicateId] = new(StatusCode.InvalidArgument, "An item with this id is already outstanding on this connection.", "Choose a new id for each item.", never),
        [Reason.QuestionInvalid] = new(StatusCode.InvalidArgument, "The question is not a message of the data set's question type.", "See the data set's contract.", never),
        [Reason.ConsentMissing] = new(StatusCode.FailedPrecondition, "The law asks for the person's consent here, and the question shows none that is good today.", "Send the reference of the person's consent and the day on which it was given.", never),

        [Reason.UnknownSession] = new(StatusCode.FailedPrecondition, "The provider does not know this session.", "Open a new session and repeat.", atOnce),
        [Reason.BundleStale] = new(StatusCode.FailedPrecondition, "The offer was made under a key the node no longer uses.", "Fetch the bundle and offer again.", atOnce),
        [Reason.OfferInvalid] = new(StatusCode.InvalidArgument, "The session offer is not valid.", "Fetch the bundle and offer again.", atOnce),
        [Reason.OfferReplayed] = new(StatusCode.AlreadyExists, "This session id was offered before.", "Offer again with a new session id.", atOnce),
        [Reason.SessionLimit] = new(StatusCode.ResourceExhausted, "The provider keeps no more sessions with this agency for now.", "Reuse open sessions, or offer again after the time given.", later),
        [Reason.SequenceReplayed] = new(StatusCode.AlreadyExists, "This sequence number was used before.", "Repeat with a new sequence number and new blinding.", never),
        [Reason.SequenceTooOld] = new(StatusCode.Aborted, "The sequence number lies before the provider's window.", "Repeat with a new sequence number and new blinding.", atOnce),
        [Reason.SessionEnded] = new(StatusCode.FailedPrecondition, "The session is over.", "Open a new session and repeat.", atOnce),

        [Reason.HandleExpired] = new(StatusCode.Aborted, "The handle of an earlier answer no longer serves.", "Ask COLD; the adapter does so by itself.", atOnce),

        [Reason.ProviderUnavailable] = new(StatusCode.Unavailable, "No node of the provider is connected.", "Repeat after the time given; WhatMayIAsk tells when it is up.", later),
        [Reason.NodeUnavailable] = new(StatusCode.Unavailable, "The node that holds the session is not connected.", "Open a session with another node and repeat.", atOnce),
        [Reason.ProviderBusy] = new(StatusCode.Unavailable, "The provider has as much in hand as it accepts.", "Repeat after the time given.", soon),
        [Reason.ConnectionLost] = new(StatusCode.Unavailable, "The connection was lost after the question was sent; whether it was answered is not known.", "Repeat with a new sequence number and new blinding.", atOnce),
        [Reason.DeadlineExceeded] = new(StatusCode.DeadlineExceeded, "No answer came in time.", "Repeat, with a longer deadline if this goes on.", soon),
        [Reason.Cancelled] = new(StatusCode.Cancelled, "The requester no longer waits.", "Nothing.", never),
        [Reason.HubDraining] = new(StatusCode.Unavailable, "The hub is about to stop and takes nothing new.", "Connect again and repeat.", atOnce),
        [Reason.HubUnavailable] = new(StatusCode.Unavailable, "There is no connection to the hub.", "Repeat after the time given; if it goes on, look at the adapter's log.", soon),
        [Reason.AuditUnavailable] = new(StatusCode.Unavailable, "The hub's log cannot be written, so nothing is released.", "Repeat after the time given.", later),
        [Reason.ProviderFailed] = new(StatusCode.Unavailable, "The provider sent something that is not an answer.", "Repeat; if it goes on, tell the provider.", soon),
        [Reason.ProviderClosed] = new(StatusCode.Unavailable, "The provider is closed, as it has announced.", "Repeat when it opens, or leave the question as a letter; WhatMayIAsk tells when that is.", later),
        [Reason.MailExpired] = new(StatusCode.DeadlineExceeded, "The letter has expired, or is to wait for longer than letters are kept.", "Submit it again; a letter waits for a minute at least and for 14 days at most.", never),
        [Reason.MailLimit] = new(StatusCode.ResourceExhausted, "As many letters wait already as may.", "Collect those that are answered, and repeat after the time given.", later),
        [Reason.MailboxUnknown] = new(StatusCode.Unavailable, "The provider has no mailbox: it has never been connected, or not for more than a week.", "Ask the provider whether its adapter is running.", later),
        [Reason.MailUnknown] = new(StatusCode.NotFound, "There is no such letter of this agency.", "List those that there are.", never),
        [Reason.NoticeLimit] = new(StatusCode.ResourceExhausted, "As many notices of this agency are under way already as may be.", "Repeat after the time given; those that are received or have expired make room.", later),
        [Reason.NoticeUnknown] = new(StatusCode.NotFound, "There is no such notice, or it is not for this agency.", "List those that there are.", never),
        [Reason.NoticeExpired] = new(StatusCode.DeadlineExceeded, "The notice has expired, or is to wait for longer than notices are kept.", "Call the agency that it is for, by a number from the directory.", never),
        [Reason.RecallUnknown] = new(StatusCode.NotFound, "There is no such recall of this agency.", "List those that there are.", never),
        [Reason.RecallState] = new(StatusCode.FailedPrecondition, "The person is under recall already, or the recall is closed.", "List the recalls that there are.", never),

        [Reason.BatchInvalid] = new(StatusCode.InvalidArgument, "The enrolment batch is malformed, empty or too large.", "Send 1 to 4,096 points of 32 bytes.", never),
        [Reason.BatchReplayed] = new(StatusCode.AlreadyExists, "This batch id was used before.", "Send the batch again under a new id.", atOnce),
        [Reason.ProofInvalid] = new(StatusCode.DataLoss, "A proof of enrolment does not verify; nothing of the batch was kept.", "Report this to the hub's operator and the key authority: someone used a wrong key.", never),
        [Reason.AuthorityUnavailable] = new(StatusCode.Unavailable, "The key authority cannot be reached; lookups go on, enrolment waits.", "Repeat after the time given.", later),
        [Reason.CommitmentsInvalid] = new(StatusCode.DataLoss, "The commitments file is not signed by the pinned authority, is older than one seen before, or names another hub point.", "Report this to the key authority.", never),
        [Reason.NumberInvalid] = new(StatusCode.InvalidArgument, "The number is blank, or its digits, length or check digit are wrong.", "Correct it at the source.", never),
        [Reason.KeyInvalid] = new(StatusCode.InvalidArgument, "The local person key is blank or longer than 256 characters.", "Correct it at the source.", never),
        [Reason.KeyRepeated] = new(StatusCode.InvalidArgument, "An earlier line of the list has the same local person key.", "Correct it at the source.", never),
        [Reason.LineInvalid] = new(StatusCode.InvalidArgument, "The line is not one of a file in this format.", "Correct it at the source.", never),

        [Reason.PersonUnknown] = new(StatusCode.NotFound, "This agency has enrolled nobody under this key.", "Check the key, or enrol the person first.", never),
        [Reason.PersonQuarantined] = new(StatusCode.FailedPrecondition, "Two local persons share one number, so neither is used.", "Correct the number of one of them and enrol again.", never),
        [Reason.SourceUnavailable] = new(StatusCode.Unavailable, "The provider's source of records cannot be read.", "Repeat after the time given.", later),
        [Reason.AnswerTooLarge] = new(StatusCode.Internal, "The answer is larger than the data set's declared size.", "The provider must page it.", never),
        [Reason.AnswerInvalid] = new(StatusCode.DataLoss, "The answer does not open, or is not a record of the data set.", "Report this to the provider.", never),
        [Reason.JournalUnavailable] = new(StatusCode.Unavailable, "This agency's journal cannot be written, so nothing is asked or answered.", "Free disk space or mend the store, then repeat.", later),
        [Reason.ContractMismatch] = new(StatusCode.FailedPrecondition, "This program and the directory describe the data set differently.", "Bring both to the same version.", never),
        [Reason.ResidenceAbroad] = new(StatusCode.FailedPrecondition, "The person lived abroad on that day, so no municipality holds the record.", "Ask for another day, or decide without it.", never),
        [Reason.RecordsConflict] = new(StatusCode.FailedPrecondition, "Several providers hold the person, and their records differ.", "Ask each provider by its id and let an official compare.", never),
        [Reason.ResidenceUnknown] = new(StatusCode.FailedPrecondition, "This agency's record of moves does not say where the person lived on that day.", "Correct the record of moves, or name the municipality.", never),
        [Reason.ApprovalUnknown] = new(StatusCode.NotFound, "No question of this number waits for a decision.", "List those that wait; it may be decided already, or have resolved by itself.", never),
        [Reason.Internal] = new(StatusCode.Internal, "Something unforeseen happened.", "Report this with the request id.", never),
    };

    static readonly Dictionary<Reason, string> names = Enum.GetValues<Reason>().ToDictionary(
        reason => reason,
        reason => ReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason).Name["REASON_".Length..]);

    static readonly Dictionary<string, Reason> named = names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The reason itself, or <see cref="Reason.Unspecified"/> for a number that this version does not know: a peer may be newer, or speak nonsense.</summary>
    public static Reason Known(Reason reason) => table.ContainsKey(reason) ? reason : Reason.Unspecified;

    /// <summary>Of a number that this version does not know: what <see cref="Reason.Unspecified"/> means.</summary>
    public static Meaning Of(Reason reason) => table[Known(reason)];

    /// <summary>The stable name used in ErrorInfo.reason, problem details and metrics: NOT_PERMITTED. Of a number that this version does not know: UNSPECIFIED.</summary>
    public static string Name(Reason reason) => names[Known(reason)];

    /// <summary>The reason of a stable name, or <see cref="Reason.Unspecified"/> for any other text.</summary>
    public static Reason Named(string name) => named.GetValueOrDefault(name);

    /// <summary>A refusal with the table's words, or with a message that says more about this one (never about a person).</summary>
    public static Refusal Refuse(Reason reason, string? message = null, TimeSpan? retryAfter = null, string? remedy = null)
    {
        var meaning = Of(reason);
        return new Refusal
        {
            Reason = Known(reason),
            Message = message ?? meaning.Message,
            Remedy = remedy ?? meaning.Remedy,
            RetryAfterMs = (uint)(retryAfter ?? meaning.Retry).TotalMilliseconds,
        };
    }

    /// <summary>AGENCY_UNKNOWN to the key authority, which is another body than the hub's operator.</summary>
    public static Refusal NotAdmitted(string agency, ulong epoch) => Refuse(
        Reason.AgencyUnknown, $"The key authority has not admitted {agency} in epoch {epoch}.",
        remedy: $"Ask the key authority to run 'admit {agency}'; the hub hears of it within a minute.");

    /// <summary>For people: the name, what happened, what to do.</summary>
    public static string Describe(Refusal refusal) => $"{Name(refusal.Reason)}: {refusal.Message} {refusal.Remedy}";
}
