using CsCheck;
using Exchange.Hosting.Connections;
using Exchange.V1;

namespace Exchange.Hosting.Tests.Connections;

public sealed class FairQueueTests
{
    ulong lastId;

    [Fact]
    public void Whoever_comes_next_finds_a_slot_however_much_others_ask()
    {
        var queue = new FairQueue(1000);
        queue.SetWindow(100);
        Assert.Equal(50, Flood(queue, "a", 400));
        Assert.Equal(25, Flood(queue, "b", 200));
        Assert.True(queue.TryAdd(Ask(), "c"));
        Assert.True(queue.TryTake(out var taken));
        Assert.Equal("c", taken.Share!.Name);
    }

    [Fact]
    public void Alone_a_share_fills_half_of_the_places_and_the_nameless_one_all()
    {
        var queue = new FairQueue(100);
        Assert.Equal(50, Enumerable.Range(0, 100).Count(_ => queue.TryAdd(Ask(), "a")));
        queue = new FairQueue(100);
        Assert.Equal(100, Enumerable.Range(0, 150).Count(_ => queue.TryAdd(Ask(), "")));
    }

    [Fact]
    public void Shares_are_served_in_turn()
    {
        var queue = new FairQueue(1000);
        foreach (var name in new[] { "a", "a", "a", "b", "b", "c" })
            Assert.True(queue.TryAdd(Ask(), name));
        queue.SetWindow(100);
        var order = "";
        while (queue.TryTake(out var taken))
            order += taken.Share!.Name;
        Assert.Equal("abcaba", order);
    }

    [Fact]
    public void What_ended_while_it_waited_takes_no_place_and_is_not_kept()
    {
        var queue = new FairQueue(10);
        for (var i = 0; i < 10_000; i++)
        {
            var ask = Ask();
            Assert.True(queue.TryAdd(ask, "a"));
            Assert.True(ask.TryEnd(Reply.Of(new Refusal { Reason = Reason.DeadlineExceeded }), out _));
            queue.Withdraw(ask);
        }
        Assert.Equal(0, queue.Count);
        Assert.InRange(queue.Held, 0, 128);
        queue.SetWindow(10);
        Assert.False(queue.TryTake(out _));
        Assert.True(queue.TryAdd(Ask(), "a"));
        Assert.True(queue.TryTake(out _));
    }

    [Fact]
    public void Whatever_happens_the_counts_are_those_of_a_plain_list() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3]).Array[0, 300].Sample(steps =>
        {
            var queue = new FairQueue(20);
            queue.SetWindow(8);
            var waiting = new List<Ask>();
            var flying = new List<Ask>();
            foreach (var (what, who) in steps)
            {
                var name = who == 0 ? "" : who.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (what <= 1)
                {
                    var ask = Ask();
                    var own = waiting.Count(one => one.Share!.Name == name);
                    var isDue = name.Length == 0 ? waiting.Count < 20 : own < 20 - waiting.Count;
                    if (queue.TryAdd(ask, name) != isDue)
                        return false;
                    if (isDue)
                        waiting.Add(ask);
                }
                else if (what == 2 && queue.TryTake(out var taken))
                {
                    if (!waiting.Remove(taken) || flying.Count >= 8)
                        return false;
                    flying.Add(taken);
                }
                else if (what == 3 && waiting.Count > 0)
                {
                    var ask = waiting[who % waiting.Count];
                    waiting.Remove(ask);
                    ask.TryEnd(Reply.Of(new Refusal()), out _);
                    queue.Withdraw(ask);
                }
                else if (what == 4 && flying.Count > 0)
                {
                    var ask = flying[who % flying.Count];
                    flying.Remove(ask);
                    queue.Free(ask);
                }
                if (queue.Count != waiting.Count)
                    return false;
            }
            return true;
        });

    [Fact]
    public async Task What_is_ended_and_taken_in_the_same_moment_is_one_of_the_two()
    {
        for (var i = 0; i < 2000; i++)
        {
            var ask = Ask();
            var written = false;
            Parallel.Invoke(() => written = ask.TryWrite(), () => ask.TryEnd(Reply.Of(new Refusal { Reason = Reason.ConnectionLost }), out _));
            Assert.Equal(!written, (await ask.Reply).NeverSent);
        }
    }

    int Flood(FairQueue queue, string share, int count)
    {
        for (var i = 0; i < count; i++)
            queue.TryAdd(Ask(), share);
        var taken = 0;
        while (queue.TryTake(out _))
            taken++;
        return taken;
    }

    Ask Ask() => new(++lastId, new QuestionItem(), 1, 0, long.MaxValue);
}
