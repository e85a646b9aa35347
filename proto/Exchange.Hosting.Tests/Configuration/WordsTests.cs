using CsCheck;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Tests.Configuration;

public sealed class WordsTests
{
    [Fact]
    public void A_duration_written_is_read_back() => Gen.Long[0, 1_000_000_000].Select(ms => TimeSpan.FromMilliseconds(ms)).Sample(duration =>
        Durations.TryParse(Durations.Write(duration), out var read) && read == duration);

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("5w")]
    [InlineData("9999999999999999d")]
    public void What_is_not_a_count_and_a_unit_is_no_duration(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void Distance_is_that_of_the_fewest_edits()
    {
        Assert.Equal(0, Spelling.Distance("tax", "tax"));
        Assert.Equal(3, Spelling.Distance("", "tax"));
        Assert.Equal(3, Spelling.Distance("kitten", "sitting"));
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 8], Gen.String[Gen.Char['a', 'c'], 0, 8]).Sample((a, b) =>
            Spelling.Distance(a, b) == Spelling.Distance(b, a) && Spelling.Distance(a, b) <= Math.Max(a.Length, b.Length));
    }

    [Fact]
    public void Only_what_is_near_is_suggested()
    {
        var kinds = new Vocabulary("kind", ["municipality", "tax"]);

        Assert.Equal("unknown kind 'municipalty'; did you mean 'municipality'?", kinds.Unknown("municipalty"));
        Assert.Equal("unknown kind 'pension'", kinds.Unknown("pension"));
        Assert.Equal("unknown kind 'pension'", new Vocabulary("kind", []).Unknown("pension"));
    }

    [Fact]
    public void A_flood_of_wrong_words_gets_suggestions_only_at_first()
    {
        var kinds = new Vocabulary("kind", ["municipality"]);
        for (var i = 0; i < 1000; i++)
            kinds.Unknown($"word {i}");

        Assert.Equal("unknown kind 'municipalty'", kinds.Unknown("municipalty"));
    }
}
