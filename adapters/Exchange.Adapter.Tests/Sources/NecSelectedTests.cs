using System.Security.Cryptography;
using System.Text;
using Exchange.Adapter.Sources.Csv;

namespace Exchange.Adapter.Tests.Sources;

public sealed class NecSelectedTests
{
    [Fact]
    public void Every_letter_that_NEC_writes_by_other_bytes_is_the_same_letter()
    {
        var read = 0;
        foreach (byte lead in new byte[] { 0xED, 0xEE })
            for (var trail = 0x40; trail <= 0xFC; trail++)
                if (NecSelected.Place(lead, (byte)trail) is { } place && NecSelected.Letters[place] is not '\0' and var letter)
                {
                    Assert.Equal($"ｱ{letter}亜", Read([0xB1, lead, (byte)trail, 0x88, 0x9F]));
                    read++;
                }
        Assert.Equal(374, read);
        // Of the table as another implementation of the code page has it, letter by letter.
        Assert.Equal("a0e69a31606b59c8aa5bbe0d1d6104fcf383563ff0ce5e7f0ddd7f1dc7f282c6", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(NecSelected.Letters))));
        Assert.Equal("髙橋、﨑", Read([0xEE, 0xE0, 0x8B, 0xB4, 0x81, 0x41, 0xED, 0x95]));
    }

    [Fact]
    public void What_Windows_writes_stays_as_it_is_wherever_a_read_cuts_it()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var windows = Encoding.GetEncoding(932);
        for (var round = 0; round < 200; round++)
        {
            // 表, ソ and 能 end with a byte that is a backslash by itself.
            var text = new string(RandomNumberGenerator.GetItems<char>("aZ9,\"\nｱﾟ表ソ能予十髙﨑佐藤彅", 300));
            Assert.Equal(text, Read(windows.GetBytes(text)));
        }
    }

    [Fact]
    public void Half_a_letter_at_the_end_of_a_file_is_left_to_the_decoder() => Assert.Equal("a\uFFFD", Read([0x61, 0xED]));

    static string Read(byte[] bytes)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = new StreamReader(new NecSelected(new Crumbs(bytes)), Encoding.GetEncoding(932, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFD")), false, 128);
        return reader.ReadToEnd();
    }

    /// <summary>Gives one to three bytes at a time.</summary>
    sealed class Crumbs(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, RandomNumberGenerator.GetInt32(1, 4))]);
    }
}
