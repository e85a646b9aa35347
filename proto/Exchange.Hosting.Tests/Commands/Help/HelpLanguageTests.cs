using Exchange.Hosting.Commands.Help;

namespace Exchange.Hosting.Tests.Commands.Help;

public sealed class HelpLanguageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true, "LANG", "ja_JP.UTF-8")]
    [InlineData(false, "LANG", "en_US.UTF-8")]
    [InlineData(false, "LANG", "ja_JP.UTF-8", "LC_ALL", "C.UTF-8")]
    [InlineData(true, "LANG", "ja_JP.UTF-8", "LC_ALL", "")]
    [InlineData(true, "LANG", "en_US.UTF-8", "LC_MESSAGES", "ja")]
    [InlineData(true, "LC_ALL", "C", "EXCHANGE_LANG", "ja")]
    [InlineData(false, "LANG", "ja_JP.UTF-8", "EXCHANGE_LANG", "en")]
    public void The_first_variable_that_is_set_decides(bool isJapanese, params string[] variables) => Assert.Equal(
        isJapanese, HelpLanguage.IsJapanese(name => variables.Chunk(2).Where(one => one[0] == name).Select(one => one[1]).FirstOrDefault()));
}
