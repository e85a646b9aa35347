using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class BlindingPoolTests
{
    [Fact]
    public void No_pair_is_handed_out_twice_and_each_is_a_scalar_with_its_inverse()
    {
        using var pool = new BlindingPool(64);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        Parallel.For(0, 2000, _ =>
        {
            byte[] rho = new byte[32], u = new byte[32], inverse = new byte[32];
            pool.Take(rho, u);
            Assert.True(Ristretto.TryInvert(rho, inverse));
            Assert.Equal(inverse, u);
            Assert.True(seen.TryAdd(Convert.ToHexString(rho), true));
        });
        Assert.Equal(2000, seen.Count);
    }

    [Fact]
    public void It_fills_to_its_capacity_and_refills_after_use()
    {
        using var pool = new BlindingPool(32);
        Assert.True(SpinWait.SpinUntil(() => pool.Count == 32, TimeSpan.FromSeconds(20)));
        for (var i = 0; i < 32; i++)
            pool.Take(new byte[32], new byte[32]);
        Assert.True(SpinWait.SpinUntil(() => pool.Count == 32, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void After_disposal_nothing_is_handed_out()
    {
        var pool = new BlindingPool(8);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Take(new byte[32], new byte[32]));
    }
}
