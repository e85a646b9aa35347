using Exchange.Hosting.Commands.Help;

namespace Exchange.Hosting.Tests.Commands.Help;

public sealed class HelpPageTests
{
    const string English = """
        Description:
          情報連携のハブです。

        Usage:
          exchange-gateway audit search [options]

        Options:
          --config <FILE> (REQUIRED)  ハブの gateway.yaml。動いているハブの傍らで、ハブ自身のファイルを読みます。
          --limit <N>                 件数。 [default: 50]
          -?, -h, --help              この説明を表示します。

        """;

    [Fact]
    public void Its_own_words_are_translated_and_columns_stand_below_each_other() => Assert.Equal("""
        説明：
          情報連携のハブです。

        使い方：
          exchange-gateway audit search [オプション]

        オプション：
          --config <FILE> （必須）  ハブの gateway.yaml。動いているハブの傍らで、ハブ自身のファイルを読みます。
          --limit <N>               件数。 [既定値： 50]
          -?, -h, --help            この説明を表示します。


        """, HelpPage.Translate(English, Translations.Of(), int.MaxValue).ReplaceLineEndings("\n"));

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(80)]
    public void On_a_screen_lines_end_where_it_ends_and_never_before_a_full_stop(int width)
    {
        var lines = HelpPage.Translate(English, Translations.Of(), width).ReplaceLineEndings("\n").Split('\n');
        Assert.All(lines, line => Assert.True(WideText.Width(line) <= width, line));
        Assert.DoesNotContain(lines, line => line.TrimStart() is ['。' or '、' or 'ァ' or 'ー', ..]);
        Assert.True(lines.Length > 12);
        Assert.Contains(lines, line => line.StartsWith(new string(' ', 28), StringComparison.Ordinal));
    }

    [Fact]
    public void A_word_of_narrow_letters_is_not_broken() =>
        Assert.Equal(["これは", "gateway.yaml", "です。"], WideText.Wrap("これは gateway.yaml です。", 12));
}
