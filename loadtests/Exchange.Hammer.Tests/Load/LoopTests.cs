using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;

namespace Exchange.Hammer.Tests.Load;

public class LoopTests
{
    /// <summary>Far longer than it takes to ask once: it is the failure that ends a stretch.</summary>
    static readonly TimeSpan length = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_wrong_answer_voids_the_run_and_says_who_gave_it_at_which_load()
    {
        var closed = await Assert.ThrowsAsync<VoidRunException>(() => ClosedLoop.Run(new Scripted(() => "another record came back"), 4, length, default));
        var open = await Assert.ThrowsAsync<VoidRunException>(() => OpenLoop.Run(new Scripted(() => "another record came back"), 100, 4, length, default));

        Assert.Equal(("scripted, 4 at once: another record came back", "scripted, 100 a second: another record came back"), (closed.Message, open.Message));
    }

    [Fact]
    public async Task A_failed_call_is_no_wrong_answer()
    {
        var closed = await Assert.ThrowsAsync<CallFailedException>(() => ClosedLoop.Run(new Scripted(() => throw new CallFailedException("gone")), 4, length, default));
        var open = await Assert.ThrowsAsync<CallFailedException>(() => OpenLoop.Run(new Scripted(() => throw new CallFailedException("gone")), 100, 4, length, default));

        Assert.Equal(("4 at once: gone", "100 a second: gone"), (closed.Message, open.Message));
    }

    sealed class Scripted(Func<string?> answer) : IContender
    {
        public string Name => "scripted";

        public int MaximumSlots => int.MaxValue;

        public Task<string?> Ask(int slot, int slots, long turn) => Task.FromResult(answer());
    }
}
