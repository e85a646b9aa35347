using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Adapter.Mail;

/// <summary>Seals a letter and leaves it at a hub, each step kept before the next.</summary>
public sealed class LetterSender(AdapterOptions options, People people, OthersMailboxes mailboxes, MailboxKeys mailbox, QuestionSealer sealer, SentLetters sent, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <param name="letter">Leaving.</param>
    /// <param name="channel">To a hub that has it, or may have it, where there is one.</param>
    public async Task<Left> Leave(SentLetter letter, HubChannel channel, CancellationToken cancelled)
    {
        for (var isFresh = false; ; isFresh = true)
        {
            if (letter.Content.Letter is null || isFresh)
            {
                var (made, unsealed) = await Seal(letter, channel, cancelled).ConfigureAwait(false);
                if (made is null)
                    return new Left(letter, unsealed, MayBeThere: false, channel.Address);
                letter = made;
                sent.Keep(letter);
                isFresh = true;
            }
            try
            {
                await channel.Mail.SubmitAsync(new SubmitRequest { Letter = letter.Content.Letter }, deadline: (time.GetUtcNow() + patience).UtcDateTime, cancellationToken: cancelled).ResponseAsync.ConfigureAwait(false);
                var content = letter.Content.Clone();
                content.State = SentState.Waiting;
                letter = letter with { Content = content };
                sent.Keep(letter);
                return new Left(letter, null, MayBeThere: true, channel.Address);
            }
            catch (RpcException e)
            {
                var refusal = e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable);
                // It never arrived: what the hub has, it takes again at any time.
                if (refusal.Reason == Reason.TimeOutOfRange && !isFresh)
                    continue;
                return new Left(letter, refusal, MayPass(refusal.Reason), channel.Address);
            }
        }
    }

    async Task<(SentLetter? Letter, Refusal? Refusal)> Seal(SentLetter letter, HubChannel channel, CancellationToken cancelled)
    {
        var content = letter.Content.Clone();
        if (!people.TryFind(content.Person, out var person))
            return (null, Reasons.Refuse(Reason.PersonUnknown));
        var (theirs, refusal) = await mailboxes.Find(content.Provider, channel, cancelled).ConfigureAwait(false);
        if (theirs is null)
            return (null, refusal);
        var now = time.GetUtcNow();
        var target = new LetterTarget(new LookupTarget(content.Task, content.DataSet, options.Epoch), letter.RequestId, now, letter.Expires);
        if (sealer.Seal(theirs, mailbox.Current, target, person, content.Question.Clone(), out var reason) is not { } made)
            return (null, Reasons.Refuse(reason));
        (content.Letter, content.Message, content.Hub) = (made.Letter, ByteString.CopyFrom(made.Asked.Question.Span), channel.Address);
        return (letter with { Content = content }, null);
    }

    /// <summary>What may be otherwise at another time.</summary>
    public static bool MayPass(Reason reason) => Reasons.Of(reason).Retry > TimeSpan.Zero || reason is Reason.RevocationListStale;
}

/// <param name="Letter">As it is now.</param>
/// <param name="Refusal">Why the hub has not said that it has it; null when it has.</param>
/// <param name="MayBeThere">What may be otherwise at another time, a store that may have kept it above all, is no word that the hub does not have it.</param>
/// <param name="At">Address of the hub that was asked.</param>
public readonly record struct Left(SentLetter Letter, Refusal? Refusal, bool MayBeThere, string At = "");
