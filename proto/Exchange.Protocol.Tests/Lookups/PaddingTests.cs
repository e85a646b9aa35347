using CsCheck;
using Exchange.Protocol.Lookups;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class PaddingTests
{
    [Fact]
    public void Whatever_is_padded_is_read_back() =>
        Gen.Byte.Array[0, 600].Sample(message =>
        {
            var padded = new byte[Padding.Size128(message.Length)];
            Padding.Write(padded, message);
            return padded.Length % 128 == 0 && Padding.TryRead128(padded, out var range) && padded[range].SequenceEqual(message);
        });

    [Fact]
    public void A_message_of_124_bytes_fills_a_block_and_one_of_125_begins_another()
    {
        Assert.Equal(128, Padding.Size128(0));
        Assert.Equal(128, Padding.Size128(124));
        Assert.Equal(256, Padding.Size128(125));
        Assert.True(Padding.Fits(508, 512));
        Assert.False(Padding.Fits(509, 512));
    }

    [Fact]
    public void A_bit_in_the_padding_is_refused()
    {
        var padded = new byte[128];
        Padding.Write(padded, "message"u8);
        for (var i = 4 + 7; i < padded.Length; i++)
        {
            padded[i] = 1;
            Assert.False(Padding.TryRead(padded, out _));
            padded[i] = 0;
        }
        Assert.True(Padding.TryRead(padded, out _));
    }

    [Fact]
    public void More_padding_than_needed_or_a_length_beyond_the_end_is_refused()
    {
        var padded = new byte[256];
        Padding.Write(padded, "message"u8);
        Assert.False(Padding.TryRead128(padded, out _));
        Assert.True(Padding.TryRead(padded, out _));
        foreach (var length in new byte[][] { [0, 0, 0, 253], [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff] })
        {
            length.CopyTo(padded, 0);
            Assert.False(Padding.TryRead(padded, out _));
        }
        Assert.False(Padding.TryRead(new byte[3], out _));
        Assert.False(Padding.TryRead128([], out _));
    }
}
