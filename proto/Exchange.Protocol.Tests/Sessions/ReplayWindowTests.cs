using CsCheck;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class ReplayWindowTests
{
    [Fact]
    public void Each_number_is_admitted_once_in_any_order()
    {
        var window = new ReplayWindow();
        foreach (var sequence in new ulong[] { 5, 1, 8192, 3, 2 })
        {
            Assert.Equal(Reason.Unspecified, window.Admit(sequence));
            Assert.Equal(Reason.SequenceReplayed, window.Admit(sequence));
        }
    }

    [Fact]
    public void What_lies_left_of_the_window_is_too_old()
    {
        var window = new ReplayWindow();
        Assert.Equal(Reason.Unspecified, window.Admit(ReplayWindow.Size + 10));
        Assert.Equal(Reason.SequenceTooOld, window.Admit(10));
        Assert.Equal(Reason.Unspecified, window.Admit(11));
    }

    [Fact]
    public void A_leap_to_the_end_forgets_nothing_that_matters()
    {
        var window = new ReplayWindow();
        Assert.Equal(Reason.Unspecified, window.Admit(1));
        Assert.Equal(Reason.Unspecified, window.Admit(SessionRules.LastSequence));
        Assert.Equal(Reason.SequenceTooOld, window.Admit(1));
        Assert.Equal(Reason.SequenceReplayed, window.Admit(SessionRules.LastSequence));
        Assert.Equal(Reason.Unspecified, window.Admit(SessionRules.LastSequence - ReplayWindow.Size + 1));
    }

    [Fact]
    public void It_agrees_with_a_plain_set_of_numbers() =>
        Gen.Int[1, 4 * ReplayWindow.Size].Array[1, 400].Sample(numbers =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<ulong>();
            ulong highest = 0;
            foreach (ulong number in numbers.SelectMany(one => new[] { (ulong)one, (ulong)(one + 1), (ulong)one }))
            {
                var expected = number + ReplayWindow.Size <= highest ? Reason.SequenceTooOld
                    : seen.Add(number) ? Reason.Unspecified : Reason.SequenceReplayed;
                if (window.Admit(number) != expected)
                    return false;
                highest = Math.Max(highest, number);
            }
            return true;
        }, iter: 300);

    [Fact]
    public void On_many_threads_each_number_is_admitted_once()
    {
        var window = new ReplayWindow();
        var admitted = new int[ReplayWindow.Size];
        Parallel.For(0, 4 * ReplayWindow.Size, i =>
        {
            if (window.Admit((ulong)(i % ReplayWindow.Size) + 1) == Reason.Unspecified)
                Interlocked.Increment(ref admitted[i % ReplayWindow.Size]);
        });
        Assert.All(admitted, count => Assert.Equal(1, count));
    }
}
