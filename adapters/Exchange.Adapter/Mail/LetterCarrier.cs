using Exchange.Adapter.Connection;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Mail;

/// <summary>
/// Goes to every hub for letters, every half minute and whenever one says that there are some: publishes this agency's mailbox, answers
/// what waits for it, takes what became of its own, and leaves what has not left yet.
/// </summary>
public sealed class LetterCarrier(
    HubChannels channels, HubConnections connections, MailboxKeys mailbox, LetterAnswers answers, LetterOutcomes outcomes, LetterDesk desk, SentLetters sent, ReceiptsGiven receipts,
    ILogger<LetterCarrier> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromSeconds(30), patience = TimeSpan.FromSeconds(10);

    /// <summary>Letters answered at once: no more than a database does beside the lookups that somebody waits for.</summary>
    const int AtOnce = 4;

    // Which of the mailbox's keys each hub has, by its address.
    readonly Dictionary<string, ByteString> published = [];
    readonly SemaphoreSlim waiting = new(0, 1);

    public override void Dispose()
    {
        base.Dispose();
        waiting.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        connections.Mail += Hurry;
        try
        {
            await connections.WaitUntilOpen(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!stoppingToken.IsCancellationRequested)
            {
                await GoRound(stoppingToken).ConfigureAwait(false);
                await Pause(stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            connections.Mail -= Hurry;
        }
    }

    /// <summary>One round, of every hub.</summary>
    public async Task GoRound(CancellationToken stop)
    {
        foreach (var hub in channels.All.DistinctBy(one => one.Address))
            try
            {
                await Visit(hub, stop).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Whatever it is: what is not done is done in another round.
                if (!stop.IsCancellationRequested)
                    log.LettersNotCarried(hub.Address, e is RpcException call ? call.ToRefusal() is { } refusal ? Reasons.Name(refusal.Reason) : call.StatusCode.ToString() : e.GetType().Name);
            }
    }

    async Task Visit(HubChannel hub, CancellationToken stop)
    {
        if (mailbox.Current is var current && published.GetValueOrDefault(hub.Address) != current.KeyId)
        {
            await hub.Mail.PublishMailboxAsync(new PublishMailboxRequest { Mailbox = current }, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            published[hub.Address] = current.KeyId;
        }
        await desk.LeaveWaiting(stop).ConfigureAwait(false);
        sent.Purge();
        CollectResponse here;
        do
        {
            here = await hub.Mail.CollectAsync(new CollectRequest(), deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            if (answers.Provides)
                await Parallel.ForEachAsync(here.Letters, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, (lent, cancelled) => Answer(hub, lent, cancelled)).ConfigureAwait(false);
            var taken = new AcknowledgeRequest();
            foreach (var outcome in here.Outcomes)
                if (await outcomes.Take(outcome).ConfigureAwait(false))
                    taken.RequestIds.Add(outcome.RequestId);
            if (taken.RequestIds.Count > 0)
                await hub.Mail.AcknowledgeAsync(taken, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            // What could not be taken comes again at once: not in this round.
            if (taken.RequestIds.Count < here.Outcomes.Count)
                break;
        }
        while (here.More && !stop.IsCancellationRequested);
    }

    async ValueTask Answer(HubChannel hub, LentLetter lent, CancellationToken stop)
    {
        if (await answers.Answer(lent, stop).ConfigureAwait(false) is not { } answer)
            return;
        try
        {
            var response = await hub.Mail.AnswerAsync(answer, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            if (response.Receipt is { } receipt)
                receipts.Take([receipt]);
        }
        catch (RpcException e) when (e.ToRefusal() is { } refusal && Reasons.Of(refusal.Reason).Retry == TimeSpan.Zero)
        {
            // It expired meanwhile, or is not permitted any more: the hub's log and its requester's journal say so.
            log.LetterNotTaken(Reasons.Name(refusal.Reason));
        }
    }

    async Task Pause(CancellationToken stop)
    {
        using var over = new CancellationTokenSource(round, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stop);
        await waiting.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Hurry()
    {
        try
        {
            waiting.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody hurried it already.
        }
    }

    DateTime Deadline => (time.GetUtcNow() + patience).UtcDateTime;
}
