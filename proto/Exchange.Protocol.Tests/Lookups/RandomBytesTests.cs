using System.Collections.Concurrent;
using Exchange.Protocol.Lookups;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class RandomBytesTests
{
    [Fact]
    public void No_two_draws_agree_on_any_thread_or_across_pages()
    {
        var seen = new ConcurrentDictionary<UInt128, bool>();
        Parallel.For(0, 4000, _ =>
        {
            Span<byte> bytes = stackalloc byte[16];
            RandomBytes.Fill(bytes);
            Assert.True(seen.TryAdd(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), true));
        });
        Assert.DoesNotContain(UInt128.Zero, seen.Keys);
    }
}
