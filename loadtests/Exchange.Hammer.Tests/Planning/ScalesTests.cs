using Exchange.Hammer.Appending;
using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

public sealed class ScalesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-scales-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_lookup_weighs_all_that_is_kept_of_it_and_its_proofs_grow_with_the_log()
    {
        var scales = new Scales(folder);
        var small = await scales.Weigh(10);
        var large = await scales.Weigh(40);
        var entry = LogAppends.Entry(0, 0).CalculateSize() + 32;
        Assert.InRange(small.Entry, entry, 1.5 * entry);
        Assert.Equal(small.Entry, large.Entry);
        // Row, receipt, and a proof with the entry in it.
        Assert.InRange(small.Asked, 2 * entry + 10 * 32, 4000);
        Assert.InRange(small.Answered, 2 * entry + 10 * 32, 4000);
        Assert.InRange(large.Asked - small.Asked, 30 * 32, 2 * 30 * 32);
        Assert.InRange(large.Answered - small.Answered, 30 * 32, 2 * 30 * 32);
    }
}
