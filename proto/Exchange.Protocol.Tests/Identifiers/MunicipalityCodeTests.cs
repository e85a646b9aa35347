using Exchange.Protocol.Identifiers;

namespace Exchange.Protocol.Tests.Identifiers;

public sealed class MunicipalityCodeTests
{
    [Theory]
    [InlineData("131016", "131016")] // Chiyoda
    [InlineData("011002", "011002")] // Sapporo
    [InlineData("４７２０１８", "472018")] // Naha
    public void A_code_with_the_right_check_digit_is_accepted(string text, string expected)
    {
        Assert.True(MunicipalityCode.TryParse(text, out var code, out _));
        Assert.Equal(expected, code.ToString());
    }

    [Theory]
    [InlineData("131017", IdentifierProblem.WrongCheckDigit)]
    [InlineData("13101", IdentifierProblem.WrongLength)]
    [InlineData("jp1310", IdentifierProblem.NotDigits)]
    [InlineData("", IdentifierProblem.Empty)]
    public void A_bad_code_is_refused_with_its_reason(string text, IdentifierProblem expected)
    {
        Assert.False(MunicipalityCode.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("13101", "131016")]
    [InlineData("01100", "011002")]
    public void Five_digits_get_their_check_digit(string text, string expected)
    {
        Assert.True(MunicipalityCode.TryComplete(text, out var code, out _));
        Assert.Equal(expected, code.ToString());
    }

    [Theory]
    [InlineData("131016", IdentifierProblem.WrongLength)]
    [InlineData("1310", IdentifierProblem.WrongLength)]
    [InlineData("jp131", IdentifierProblem.NotDigits)]
    public void What_is_not_five_digits_gets_none(string text, IdentifierProblem expected)
    {
        Assert.False(MunicipalityCode.TryComplete(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Every_municipality_of_japan_has_a_good_code_and_no_other_check_digit_fits()
    {
        var codes = Vectors.Lines("municipalities.csv").Skip(1).Select(line => line.Split(',')[0]).ToList();
        Assert.Equal(1741, codes.Count);
        foreach (var code in codes)
            Assert.Equal(code, Assert.Single(Enumerable.Range(0, 10).Select(last => $"{code[..5]}{last}"), one => MunicipalityCode.TryParse(one, out _, out _)));
    }
}
