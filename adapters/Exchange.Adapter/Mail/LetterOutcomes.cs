using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Mail;

/// <summary>What becomes of this agency's letters: opened, journalled once, and kept for whoever asked.</summary>
public sealed class LetterOutcomes(
    SentLetters sent, MailboxKeys mailbox, CertificateVerifier certificates, ReceiptsGot receipts, AskedJournal asked, AgencyJournal journal, KeptTickets tickets, HandleShelf handles, People people, AdapterMetrics metrics, TimeProvider time)
{
    /// <returns>Whether the hub may forget it: it is kept here, or nobody here knows of it.</returns>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The store of letters cannot be read or written.</exception>
    public async Task<bool> Take(LetterOutcome outcome)
    {
        // What was given up here because no hub had said that it had it may have arrived all the same.
        if (sent.Find(outcome.RequestId) is not { Content.Letter: not null } letter || letter.Content is { State: SentState.Answered } or { State: SentState.Refused, GivenUp: false })
            return true;
        var content = letter.Content.Clone();
        content.GivenUp = false;
        content.SettledUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var unwritten = outcome.Answer is { Answer: not null } answer
            ? await Open(letter, content, answer, outcome.Receipt).ConfigureAwait(false)
            : await Refuse(letter, content, outcome.Refusal ?? Reasons.Refuse(Reason.ProviderFailed)).ConfigureAwait(false);
        if (unwritten is not null)
            return false;
        letter = letter with { Content = content };
        sent.Settle(letter);
        metrics.Asked(letter.ToRequest(), letter.ToOutcome()!, activity: null);
        return true;
    }

    async ValueTask<Refusal?> Open(SentLetter letter, SentContent content, AnswerLetter answer, Receipt? given)
    {
        var sealedLetter = letter.ToSealed();
        var reply = await receipts.Take(Reply.Of(answer.Answer, given), sealedLetter.Letter.Question.Commitment).ConfigureAwait(false);
        content.Receipt = reply.Receipt;
        var request = letter.ToRequest();
        var dataSet = DataSetCatalogue.All.FirstOrDefault(one => one.Id == content.DataSet);
        var reason = Reason.ContractMismatch;
        if (dataSet is null
            || !RequesterLetters.TryOpen(sealedLetter, answer, mailbox.Find(answer.KeyId), certificates, content.Provider, dataSet.DeclaredSize, out var opened, out reason))
        {
            if (reason == Reason.RevocationListStale)
                return Reasons.Refuse(reason);
            (content.State, content.Refusal) = (SentState.Refused, Refusal(reason, letter));
            return IsJournalled(letter, answered: true) ? null : await asked.WriteUnopened(request, content.Provider, LookupKind.Mail, sealedLetter.Asked, reply, reason).ConfigureAwait(false);
        }
        if (Asker.RefusedSealed(opened.Status) is { } why)
            (content.State, content.Status, content.Refusal) = (SentState.Refused, opened.Status, Refusal(why, letter));
        else
            (content.State, content.Status, content.Answer) = (SentState.Answered, opened.Status, opened.Answer);
        if (!IsJournalled(letter, answered: true) && await asked.Write(request, content.Provider, LookupKind.Mail, sealedLetter.Asked, reply, opened).ConfigureAwait(false) is { } unwritten)
            return unwritten;
        if (opened.Status == AnswerStatus.Pending)
            tickets.Keep(request, content.Provider, opened.Answer);
        else if (!request.Ticket.IsEmpty)
            tickets.Drop(request, content.Provider);
        if (opened.Status == AnswerStatus.Found && people.TryFind(content.Person, out var person))
            await handles.Keep(person, content.Provider, content.DataSet, opened.Handle).ConfigureAwait(false);
        return null;
    }

    async ValueTask<Refusal?> Refuse(SentLetter letter, SentContent content, Refusal refusal)
    {
        refusal = ReceiptForm.Take(refusal);
        (content.State, content.Refusal) = (SentState.Refused, refusal);
        return IsJournalled(letter, answered: false) ? null : await asked.WriteRefused(letter.ToRequest(), content.Provider, LookupKind.Mail, letter.ToSealed().Asked, refusal).ConfigureAwait(false);
    }

    /// <summary>From a time before this process was stopped, between journal and store. A hub may give another lookup the letter's id.</summary>
    bool IsJournalled(SentLetter letter, bool answered)
    {
        try
        {
            return journal.Asked.Find(letter.RequestId).Any(entry => entry.QuestionCommitment == letter.Content.Letter.Question.Commitment && (!answered || !entry.AnswerCommitment.IsEmpty));
        }
        catch (StoreException unopened) when (unopened.Fault == StoreFault.Foreign)
        {
            // An entry of this id does not open: what came of the letter is written down once more.
            return false;
        }
    }

    static Refusal Refusal(Reason reason, SentLetter letter)
    {
        var refusal = Reasons.Refuse(reason);
        refusal.RequestId = letter.RequestId;
        return refusal;
    }
}
