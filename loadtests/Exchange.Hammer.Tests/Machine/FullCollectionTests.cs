using System.Runtime.CompilerServices;
using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Tests.Machine;

public class FullCollectionTests
{
    [Fact]
    public async Task What_nobody_needs_is_gone_when_it_returns()
    {
        var forgotten = Forgotten();

        await FullCollection.Of(Environment.ProcessId, default);

        Assert.False(forgotten.IsAlive);
    }

    [Fact]
    public async Task A_process_that_is_not_there_is_told() =>
        Assert.Contains("takes no diagnostics", (await Assert.ThrowsAsync<IOException>(() => FullCollection.Of(int.MaxValue, default))).Message, StringComparison.Ordinal);

    /// <summary>Old: only a collection of every generation takes it away.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference Forgotten()
    {
        var made = new byte[1000];
        GC.Collect();
        GC.Collect();
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(made));
        return new WeakReference(made);
    }
}
