using Exchange.Adapter.Answering;

namespace Exchange.Adapter.Tests.Answering;

public sealed class KanaTests
{
    [Theory]
    [InlineData("ヤマダ　ハナコ", "やまだはなこ")]
    [InlineData("ヤマダ ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ")]
    [InlineData("パパ", "ﾊﾟﾊﾟ")]
    [InlineData("ヴィクトル", "ｳﾞｨｸﾄﾙ")]
    [InlineData("キョウコ", "キヨウコ")]
    [InlineData("ジョン・スミス", "ジヨンスミス")]
    [InlineData("オーノ", "ｵ-ﾉ")]
    [InlineData("ガ", "カ\u3099")]
    public void The_same_name_written_otherwise_is_the_same(string one, string other) => Assert.True(Kana.AreAlike(one, other) && Kana.AreAlike(other, one));

    [Theory]
    [InlineData("ヤマダ", "ヤマタ")]
    [InlineData("ハナコ", "ハナヨ")]
    [InlineData("オオノ", "オノ")]
    [InlineData("パパ", "ババ")]
    public void Another_name_is_another(string one, string other) => Assert.False(Kana.AreAlike(one, other));

    [Fact]
    public void Every_letter_is_one_in_hiragana_and_in_katakana()
    {
        for (var letter = 'ぁ'; letter <= 'ゖ'; letter++)
            Assert.True(Kana.AreAlike($"{letter}", $"{(char)(letter + 0x60)}"), $"{letter}");
    }
}
