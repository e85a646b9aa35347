using CsCheck;
using Exchange.Protocol.Encoding;

namespace Exchange.Protocol.Tests.Encoding;

public sealed class PartsTests
{
    [Fact]
    public void Each_part_is_preceded_by_its_length_and_integers_take_eight_bytes()
    {
        var encoded = Parts.Encode("label", new byte[] { 0xab }, Array.Empty<byte>(), 5L);
        Assert.Equal("000000056c6162656c00000001ab00000000000000080000000000000005", Convert.ToHexStringLower(encoded));
    }

    [Fact]
    public void The_known_answer_holds()
    {
        var expected = Vectors.Load("protocol_kat.json").GetProperty("T").Hex("example");
        Assert.Equal(expected, Parts.Encode("label", "ab", "", 5L));
        using var writer = new PartsWriter(stackalloc byte[4], "label"u8);
        writer.Add("ab");
        writer.Add([]);
        writer.Add(5L);
        Assert.Equal(expected, writer.Written.ToArray());
    }

    [Fact]
    public void A_full_buffer_grows_without_changing_what_was_written() =>
        Gen.Byte.Array[0, 300].Array[0, 12].Sample(fields =>
        {
            using var tight = new PartsWriter([]);
            using var roomy = new PartsWriter(new byte[12 * 304]);
            foreach (var field in fields)
            {
                tight.Add(field);
                roomy.Add(field);
            }
            return tight.Written.SequenceEqual(roomy.Written) && tight.Written.Length == fields.Sum(field => field.Length + 4);
        });

    [Fact]
    public void Moving_a_boundary_between_fields_changes_the_encoding() =>
        Assert.NotEqual(Parts.Encode("label", "ab", "c"), Parts.Encode("label", "a", "bc"));

    [Fact]
    public void What_was_written_is_zeroed_on_disposal()
    {
        Span<byte> buffer = stackalloc byte[64];
        var writer = new PartsWriter(buffer, "secret"u8);
        writer.Dispose();
        Assert.False(buffer.ContainsAnyExcept((byte)0));
    }
}
