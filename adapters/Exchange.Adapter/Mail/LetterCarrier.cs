using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Recalls;
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
/// what waits for it, takes what became of its own, and leaves what has not left yet; notices go the same way.
/// </summary>
public sealed class LetterCarrier(
    HubChannels channels, HubConnections connections, MailboxKeys mailbox, LetterAnswers answers, LetterOutcomes outcomes, LetterDesk desk, SentLetters sent, ReceiptsGiven receipts,
    NoticeCarrier notices, RecallDesk recalls,
    ILogger<LetterCarrier> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromSeconds(30), patience = TimeSpan.FromSeconds(10);

    /// <summary>Letters answered at once: no more than a database does beside the lookups that somebody waits for.</summary>
    const int AtOnce = 4;

    // Which of the mailbox's keys each hub has, by its address, and since when it was told.
    readonly Dictionary<string, (ByteString Key, DateTimeOffset At)> published = [];
    readonly Channel<bool> hurries = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        connections.Mail += Hurry;
        notices.Waiting += Hurry;
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
            notices.Waiting -= Hurry;
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
        Exception? first = null;
        // What came of those that may have arrived is known before they are left again, or given up.
        foreach (var stage in new[] { Publish, Collect, notices.Reply, desk.LeaveWaiting, GiveUpLost, LookAgain, notices.Leave })
            try
            {
                await stage(hub, stop).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // One stage holds up no other.
                first ??= e;
            }
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }

    async Task Publish(HubChannel hub, CancellationToken stop)
    {
        var current = mailbox.Current;
        // Once more each hour: a hub may have lost its store.
        if (published.TryGetValue(hub.Address, out var last) && last.Key == current.KeyId && time.GetUtcNow() - last.At < TimeSpan.FromHours(1))
            return;
        await hub.Mail.PublishMailboxAsync(new PublishMailboxRequest { Mailbox = current }, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
        published[hub.Address] = (current.KeyId, time.GetUtcNow());
        mailbox.Prune();
        sent.Purge();
        recalls.Purge();
    }

    Task GiveUpLost(HubChannel hub, CancellationToken stop) => desk.GiveUpLost();

    Task LookAgain(HubChannel hub, CancellationToken stop)
    {
        recalls.LookAgain();
        return Task.CompletedTask;
    }

    /// <summary>As much as comes at once. What else there is waits for the next round, which follows at once: between them this agency's own leave.</summary>
    async Task Collect(HubChannel hub, CancellationToken stop)
    {
        var here = await hub.Mail.CollectAsync(new CollectRequest(), deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
        var taken = new AcknowledgeRequest();
        foreach (var outcome in here.Outcomes)
            if (await Take(outcome).ConfigureAwait(false))
                taken.RequestIds.Add(outcome.RequestId);
        // Before anything that may fail: a letter that is lent and not answered is lent less often each time, and not for ever.
        if (answers.Provides)
            await Task.WhenAll(here.Letters.Chunk((here.Letters.Count + AtOnce - 1) / AtOnce is var share and > 0 ? share : 1).Select(some => Answer(hub, some, stop))).ConfigureAwait(false);
        if (taken.RequestIds.Count > 0)
            await hub.Mail.AcknowledgeAsync(taken, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
        var news = await notices.Take(hub, here, stop).ConfigureAwait(false);
        // What could not be taken comes again at once: not without a pause.
        if (here.More && (here.Letters.Count > 0 || taken.RequestIds.Count > 0 || news > 0))
            Hurry();
    }

    /// <summary>One that cannot be dealt with holds up no other.</summary>
    async ValueTask<bool> Take(LetterOutcome outcome)
    {
        try
        {
            return await outcomes.Take(outcome).ConfigureAwait(false);
        }
        catch (Exception unforeseen)
        {
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            return false;
        }
    }

    async Task Answer(HubChannel hub, IReadOnlyList<LentLetter> some, CancellationToken stop)
    {
        foreach (var lent in some)
            if (!stop.IsCancellationRequested && await answers.Answer(lent).ConfigureAwait(false) is { } answer)
                await Send(hub, answer, stop).ConfigureAwait(false);
    }

    async Task Send(HubChannel hub, AnswerRequest answer, CancellationToken stop)
    {
        try
        {
            var response = await hub.Mail.AnswerAsync(answer, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            if (response.Receipt is { } receipt)
                receipts.Take([receipt]);
        }
        catch (RpcException e)
        {
            // It expired meanwhile, or is not permitted any more, as the hub's log says; or the call was lost, and the letter is lent again.
            log.LetterNotTaken(e.ToRefusal() is { } refusal ? Reasons.Name(refusal.Reason) : e.StatusCode.ToString());
        }
    }

    async Task Pause(CancellationToken stop)
    {
        using var over = new CancellationTokenSource(round, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stop);
        Task hurried = hurries.Reader.ReadAsync(either.Token).AsTask();
        await hurried.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Hurry() => hurries.Writer.TryWrite(true);

    DateTime Deadline => (time.GetUtcNow() + patience).UtcDateTime;
}
