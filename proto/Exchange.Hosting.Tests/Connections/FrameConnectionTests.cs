using System.Collections.Concurrent;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Hosting.Tests.Connections;

public sealed class FrameConnectionTests
{
    static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_question_comes_back_with_its_own_answer()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        var reply = await pair.Requester.Ask(ConnectionPair.Question(7), second).Reply;
        Assert.Equal(new byte[] { 7, 7 }, reply.Answer!.Ciphertext.ToByteArray());
    }

    [Fact]
    public async Task Ten_thousand_questions_from_many_threads_each_get_their_own_answer_in_whatever_order()
    {
        await using var pair = new ConnectionPair((item, incoming) => ThreadPool.UnsafeQueueUserWorkItem(_ => incoming.Answer(ConnectionPair.Echo(item), null), null));
        var wrong = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var reply = await pair.Requester.Ask(ConnectionPair.Question((byte)i), TimeSpan.FromMinutes(1)).Reply;
            if (reply.Answer?.Ciphertext[0] != (byte)i)
                Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
        Assert.Equal(0, pair.Requester.Outstanding);
    }

    [Fact]
    public async Task What_is_queued_while_the_writer_is_busy_leaves_as_one_frame()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;
        pair.ToProvider.Hold();
        var asks = Enumerable.Range(0, 100).Select(i => pair.Requester.Ask(ConnectionPair.Question((byte)i), second)).ToArray();
        pair.ToProvider.Release();
        await Task.WhenAll(asks.Select(ask => ask.Reply));
        var sizes = pair.ToProvider.Written.Select(frame => frame.Questions.Count).Where(count => count > 0).ToArray();
        Assert.Equal(101, sizes.Sum());
        Assert.True(sizes.Length <= 4, $"{sizes.Length} frames");
    }

    [Fact]
    public async Task Of_two_openings_that_wait_for_the_writer_the_later_one_leaves_whole()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;
        var before = pair.ToProvider.Written.Count;
        var (first, later) = (new Opening { Closures = { new Closure { FromUnixMs = 1, UntilUnixMs = 2 } } }, new Opening { Closures = { new Closure { FromUnixMs = 5, UntilUnixMs = 6 } } });

        pair.ToProvider.Hold();
        var busy = pair.Requester.Ask(ConnectionPair.Question(), second);
        pair.Requester.Send(new Frame { Opening = first });
        pair.Requester.Send(new Frame { Opening = later });
        pair.ToProvider.Release();
        await busy.Reply;
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;

        Assert.Equal(later, pair.ToProvider.Written.Skip(before).Select(frame => frame.Opening).Last(one => one is not null));
        Assert.All(pair.ToProvider.Written, frame => Assert.InRange(frame.Opening?.Closures.Count ?? 1, 1, 1));
    }

    [Fact]
    public async Task What_the_other_side_is_told_of_its_answers_travels_with_the_next_question_and_not_in_a_frame_of_its_own()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;
        var before = pair.ToProvider.Written.Count;

        pair.Requester.Tell(new Receipt { Log = "hub-1", Index = 7 });
        pair.Requester.Tell(new Receipt { Log = "hub-1", Index = 8 });
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;

        Assert.Equal([7ul, 8ul], Assert.Single(pair.ToProvider.Written.Skip(before)).Receipts.Select(one => one.Index));
    }

    [Fact]
    public async Task What_nothing_takes_along_is_told_within_a_tick()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        await pair.Requester.Ask(ConnectionPair.Question(), second).Reply;
        pair.Requester.Tell(new Receipt { Log = "hub-1", Index = 7 });

        while (!Told().Contains(7ul))
        {
            pair.Time.Advance(new ConnectionLimits().Tick);
            await Task.Yield();
        }

        Assert.Equal([7ul], Told());

        ulong[] Told()
        {
            lock (pair.ToProvider.Written)
                return [.. pair.ToProvider.Written.SelectMany(frame => frame.Receipts).Select(one => one.Index)];
        }
    }

    [Fact]
    public async Task No_more_is_outstanding_than_the_other_side_accepts_and_the_rest_waits()
    {
        var taken = new BlockingCollection<(QuestionItem, Incoming)>();
        await using var pair = new ConnectionPair((item, incoming) => taken.Add((item, incoming)), windowAnnounced: 3);
        var asks = Enumerable.Range(0, 10).Select(i => pair.Requester.Ask(ConnectionPair.Question((byte)i), second)).ToArray();
        for (var i = 0; i < 10; i++)
        {
            var (item, incoming) = taken.Take();
            Assert.InRange(pair.ToProvider.Written.Sum(frame => frame.Questions.Count), 1, 3 + i);
            incoming.Answer(ConnectionPair.Echo(item), null);
        }
        Assert.All(await Task.WhenAll(asks.Select(ask => ask.Reply)), reply => Assert.NotNull(reply.Answer));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_says_that_nothing_was_sent()
    {
        await using var pair = new ConnectionPair((_, _) => { }, new ConnectionLimits { Queue = 5, Window = 1 });
        var replies = Enumerable.Range(0, 20).Select(_ => pair.Requester.Ask(ConnectionPair.Question(), second).Reply).ToArray();
        var refused = replies.Where(reply => reply.IsCompleted).Select(reply => reply.Result).ToArray();
        Assert.InRange(refused.Length, 14, 15);
        Assert.All(refused, reply => Assert.True(reply is { NeverSent: true, Refusal.Reason: Reason.ProviderBusy }));
    }

    [Fact]
    public async Task An_unanswered_question_ends_at_its_deadline_and_the_other_side_is_told()
    {
        var arrived = new TaskCompletionSource<Incoming>();
        await using var pair = new ConnectionPair((_, incoming) => arrived.TrySetResult(incoming));
        var ask = pair.Requester.Ask(ConnectionPair.Question(), second);
        var incoming = await arrived.Task;
        pair.Time.Advance(TimeSpan.FromSeconds(1.2));
        Assert.Equal(Reason.DeadlineExceeded, (await ask.Reply).Refusal!.Reason);
        await Eventually(() => incoming.IsCancelled);
        Assert.False((await ask.Reply).NeverSent);
    }

    [Fact]
    public async Task Connections_on_which_nothing_is_under_way_rest_and_a_question_wakes_its_own()
    {
        var time = new CountedTime();
        await using var pair = new ConnectionPair((_, _) => { }, time: time);
        // Once a second each.
        await Eventually(() => time.TicksIn(4) <= 8);

        var ask = pair.Requester.Ask(ConnectionPair.Question(), TimeSpan.FromMinutes(1));

        Assert.InRange(time.TicksIn(4), 40, 45);
        ask.Cancel();
    }

    [Fact]
    public async Task A_question_asked_after_a_rest_ends_at_its_deadline_all_the_same()
    {
        var time = new CountedTime();
        await using var pair = new ConnectionPair((_, _) => { }, time: time);
        await Eventually(() => time.TicksIn(4) <= 8);
        var ask = pair.Requester.Ask(ConnectionPair.Question(), TimeSpan.FromMilliseconds(200));
        await Eventually(() => pair.ToProvider.Written.Exists(frame => frame.Questions.Count > 0));

        time.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal(Reason.DeadlineExceeded, (await ask.Reply).Refusal!.Reason);
    }

    [Fact]
    public async Task A_late_answer_frees_its_slot_and_reaches_nobody()
    {
        var arrived = new BlockingCollection<(QuestionItem Item, Incoming Incoming)>();
        await using var pair = new ConnectionPair((item, incoming) => arrived.Add((item, incoming)), windowAnnounced: 1);
        var first = pair.Requester.Ask(ConnectionPair.Question(1), second);
        var late = arrived.Take();
        pair.Time.Advance(TimeSpan.FromSeconds(1.2));
        Assert.Equal(Reason.DeadlineExceeded, (await first.Reply).Refusal!.Reason);
        var next = pair.Requester.Ask(ConnectionPair.Question(2), second);
        Assert.Empty(arrived);
        late.Incoming.Answer(ConnectionPair.Echo(late.Item), null);
        var (item, incoming) = arrived.Take();
        incoming.Answer(ConnectionPair.Echo(item), null);
        Assert.Equal(2, (await next.Reply).Answer!.Ciphertext[0]);
    }

    [Fact]
    public async Task When_the_connection_is_lost_what_was_written_is_not_to_be_sent_again_and_what_waited_is()
    {
        var arrived = new TaskCompletionSource();
        var pair = new ConnectionPair((_, _) => arrived.TrySetResult(), windowAnnounced: 1);
        var written = pair.Requester.Ask(ConnectionPair.Question(1), second);
        await arrived.Task;
        var waiting = pair.Requester.Ask(ConnectionPair.Question(2), second);
        await pair.DisposeAsync();
        Assert.True(await written.Reply is { NeverSent: false, Refusal.Reason: Reason.ConnectionLost });
        Assert.True(await waiting.Reply is { NeverSent: true, Refusal.Reason: Reason.ConnectionLost });
        Assert.True(await pair.Requester.Ask(ConnectionPair.Question(3), second).Reply is { NeverSent: true });
    }

    [Fact]
    public async Task The_same_id_twice_is_refused_and_the_first_goes_on()
    {
        var arrived = new TaskCompletionSource<Incoming>();
        await using var pair = new ConnectionPair((_, incoming) => arrived.TrySetResult(incoming));
        var ask = pair.Requester.Ask(ConnectionPair.Question(1), second);
        var incoming = await arrived.Task;
        var copy = ConnectionPair.Question(9);
        copy.Id = 1;
        await pair.ToProvider.WriteAsync(new Frame { Questions = { copy } });
        Assert.Equal(Reason.DuplicateId, (await ask.Reply).Refusal!.Reason);
        Assert.False(incoming.IsCancelled);
    }

    [Fact]
    public async Task More_than_the_window_is_refused_by_whoever_announced_it()
    {
        await using var pair = new ConnectionPair((_, _) => { }, new ConnectionLimits { Window = 2 }, windowAnnounced: 1000);
        var replies = Enumerable.Range(0, 5).Select(_ => pair.Requester.Ask(ConnectionPair.Question(), second).Reply).ToArray();
        await Eventually(() => replies.Count(reply => reply.IsCompleted) == 3);
        Assert.All(replies.Where(reply => reply.IsCompleted), reply => Assert.Equal(Reason.WindowExceeded, reply.Result.Refusal!.Reason));
    }

    [Fact]
    public async Task Replies_that_are_not_read_take_the_places_of_questions_and_whoever_goes_on_is_cut_off()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null), new ConnectionLimits { Window = 8, FrameItems = 4 });
        pair.ToRequester.Hold();
        for (var i = 1; i <= 10_000 && !pair.Provider.IsLost; i++)
        {
            var question = ConnectionPair.Question();
            question.Id = (ulong)i;
            // Each twice: refusals of what should not have been sent are kept no better than answers.
            await pair.ToProvider.WriteAsync(new Frame { Questions = { question, question } });
        }
        await Eventually(() => pair.Provider.IsLost);
        var why = Assert.IsType<RpcException>(await pair.ProviderEnded);
        Assert.Equal(Reason.WindowExceeded, why.ToRefusal()!.Reason);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_written_ends_the_connection_although_the_other_side_is_heard()
    {
        await using var pair = new ConnectionPair((_, _) => { });
        pair.ToRequester.Hold();
        for (var seconds = 1; seconds <= 100_000 && !pair.Provider.IsLost; seconds++)
        {
            await pair.ToProvider.WriteAsync(new Frame { Heartbeat = new Heartbeat() });
            var due = seconds;
            await Eventually(() => pair.ToProvider.BeatsHeard >= due || pair.Provider.IsLost);
            pair.Time.Advance(second);
        }
        await Eventually(() => pair.Provider.IsLost);
        Assert.Contains("could not be written", Assert.IsType<TimeoutException>(await pair.ProviderEnded).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_waited_for_the_window_leaves_with_the_time_that_is_left()
    {
        var arrived = new BlockingCollection<(QuestionItem Item, Incoming Incoming)>();
        await using var pair = new ConnectionPair((item, incoming) => arrived.Add((item, incoming)), windowAnnounced: 1);
        var first = Timed();
        _ = pair.Requester.Ask(first, TimeSpan.FromSeconds(5));
        var (_, incoming) = arrived.Take();
        _ = pair.Requester.Ask(Timed(), TimeSpan.FromSeconds(5));
        pair.Time.Advance(second);
        incoming.Refuse(new Refusal { Reason = Reason.Cancelled });
        Assert.InRange(arrived.Take().Item.TimeoutMs, 1u, 3000u);
        Assert.Equal(4000u, first.TimeoutMs);

        static QuestionItem Timed()
        {
            var question = ConnectionPair.Question();
            question.TimeoutMs = 4000;
            return question;
        }
    }

    [Fact]
    public async Task One_who_floods_a_provider_that_answers_nobody_leaves_room_for_another()
    {
        var arrived = new BlockingCollection<QuestionItem>();
        await using var pair = new ConnectionPair((item, _) => arrived.Add(item), new ConnectionLimits { Queue = 64, Window = 16 });
        var flood = Enumerable.Range(0, 1000).Select(_ => pair.Requester.Ask(ConnectionPair.Question(1), second, "jp.mun.131016").Reply).ToArray();
        Assert.All(flood.Where(reply => reply.IsCompleted), reply => Assert.Equal(Reason.ProviderBusy, reply.Result.Refusal!.Reason));
        var other = pair.Requester.Ask(ConnectionPair.Question(2), second, "jp.mun.271004");
        while (arrived.Take().Question.Header[0] != 2)
            ;
        Assert.False(other.Reply.IsCompleted);
    }

    [Fact]
    public async Task An_answer_to_an_id_never_asked_is_dropped()
    {
        await using var pair = new ConnectionPair((item, incoming) => incoming.Answer(ConnectionPair.Echo(item), null));
        await pair.ToRequester.WriteAsync(new Frame { Answers = { new AnswerItem { Id = 4711, Answer = new SealedAnswer() } } });
        Assert.NotNull((await pair.Requester.Ask(ConnectionPair.Question(), second).Reply).Answer);
    }

    [Fact]
    public async Task A_cancel_reaches_the_other_side()
    {
        var arrived = new TaskCompletionSource<Incoming>();
        await using var pair = new ConnectionPair((_, incoming) => arrived.TrySetResult(incoming));
        var ask = pair.Requester.Ask(ConnectionPair.Question(), second);
        var incoming = await arrived.Task;
        ask.Cancel();
        Assert.Equal(Reason.Cancelled, (await ask.Reply).Refusal!.Reason);
        await Eventually(() => incoming.IsCancelled);
    }

    [Fact]
    public async Task Heartbeats_keep_an_idle_connection()
    {
        await using var pair = new ConnectionPair((_, _) => { });
        for (var seconds = 1; seconds <= 90; seconds++)
        {
            pair.Time.Advance(second);
            var due = seconds / 12;
            await Eventually(() => pair.ToRequester.BeatsHeard >= due && pair.ToProvider.BeatsHeard >= due);
        }
        Assert.False(pair.Requester.IsLost || pair.Provider.IsLost);
    }

    [Fact]
    public async Task Silence_for_three_heartbeats_ends_the_connection()
    {
        await using var pair = new ConnectionPair((_, _) => { });
        pair.ToRequester.Hold();
        pair.Time.Advance(TimeSpan.FromSeconds(31));
        await Eventually(() => pair.Requester.IsLost);
    }

    /// <summary>Work of other threads, under way already: waited for, with an end.</summary>
    static async Task Eventually(Func<bool> condition)
    {
        var deadline = TimeProvider.System.GetTimestamp() + (60 * TimeProvider.System.TimestampFrequency);
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetTimestamp() < deadline, "it never came to pass");
            await Task.Yield();
        }
    }
}
