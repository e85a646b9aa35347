using CsCheck;
using Exchange.Protocol.Identifiers;

namespace Exchange.Protocol.Tests.Identifiers;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData(IdentifierType.MyNumber, "983205673214")]
    [InlineData(IdentifierType.MyNumber, "621498320257")]
    [InlineData(IdentifierType.MyNumber, "９８３２０５６７３２１４")]
    [InlineData(IdentifierType.MyNumber, "⑨⑧③②⓪⑤⑥⑦③㉑④")] // the circled 21 is two digits
    [InlineData(IdentifierType.MyNumber, "𝟗𝟠𝟯𝟸𝟘₅⁶7³²¹4")]
    [InlineData(IdentifierType.CorporateNumber, "7123456789012")]
    [InlineData(IdentifierType.CorporateNumber, "4011001098993")]
    public void A_good_number_is_accepted_in_every_form_of_its_digits(IdentifierType type, string text)
    {
        Assert.True(Identifier.TryParse(type, text, out var identifier, out var problem));
        Assert.Equal((type, IdentifierProblem.None), (identifier.Type, problem));
    }

    [Theory]
    [InlineData(IdentifierType.MyNumber, "", IdentifierProblem.Empty)]
    [InlineData(IdentifierType.MyNumber, "98320567321", IdentifierProblem.WrongLength)]
    [InlineData(IdentifierType.MyNumber, "9832056732140", IdentifierProblem.WrongLength)]
    [InlineData(IdentifierType.MyNumber, "98320567321⑩", IdentifierProblem.WrongLength)]
    [InlineData(IdentifierType.MyNumber, "7123456789012", IdentifierProblem.WrongLength)]
    [InlineData(IdentifierType.MyNumber, "983205673215", IdentifierProblem.WrongCheckDigit)]
    [InlineData(IdentifierType.MyNumber, "9832-0567-3214", IdentifierProblem.NotDigits)]
    [InlineData(IdentifierType.MyNumber, " 983205673214", IdentifierProblem.NotDigits)]
    [InlineData(IdentifierType.MyNumber, "98320567321٤", IdentifierProblem.NotDigits)] // an Arabic digit stays one
    [InlineData(IdentifierType.MyNumber, "98320567321⒋", IdentifierProblem.NotDigits)] // "4."
    [InlineData(IdentifierType.MyNumber, "98320567321\ud835", IdentifierProblem.NotDigits)]
    [InlineData(IdentifierType.MyNumber, "98320567321\0", IdentifierProblem.NotDigits)]
    [InlineData(IdentifierType.CorporateNumber, "8123456789012", IdentifierProblem.WrongCheckDigit)]
    [InlineData(IdentifierType.CorporateNumber, "983205673214", IdentifierProblem.WrongLength)]
    public void A_bad_number_is_refused_with_its_reason(IdentifierType type, string text, IdentifierProblem expected)
    {
        Assert.False(Identifier.TryParse(type, text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Exactly_one_check_digit_fits_any_eleven_digits() =>
        Gen.Char['0', '9'].Array[11].Select(digits => new string(digits)).Sample(digits =>
            Enumerable.Range(0, 10).Count(last => Identifier.TryParse(IdentifierType.MyNumber, $"{digits}{last}", out _, out _)) == 1);

    [Fact]
    public void Exactly_one_check_digit_fits_any_twelve_digits_of_a_corporate_number() =>
        Gen.Char['0', '9'].Array[12].Select(digits => new string(digits)).Sample(digits =>
            Enumerable.Range(0, 10).Count(first => Identifier.TryParse(IdentifierType.CorporateNumber, $"{first}{digits}", out _, out _)) == 1);

    [Fact]
    public void Printing_a_number_shows_its_type_alone()
    {
        Assert.True(Identifier.TryParse(IdentifierType.MyNumber, "983205673214", out var identifier, out _));
        Assert.Equal("(MyNumber)", $"{identifier}");
    }

    [Fact]
    public void The_point_of_a_number_does_not_depend_on_how_its_digits_were_written()
    {
        byte[] plain = new byte[32], wide = new byte[32], corporate = new byte[32];
        Assert.True(Identifier.TryParse(IdentifierType.MyNumber, "983205673214", out var identifier, out _));
        identifier.HashToPoint(plain);
        Assert.Equal("a247e48f527441e22a53edc432fe358084dcf4486e3c7d260ec7abd987db7f27", Convert.ToHexStringLower(plain));
        Assert.True(Identifier.TryParse(IdentifierType.MyNumber, "９８３２０５６７３２１４", out identifier, out _));
        identifier.HashToPoint(wide);
        Assert.Equal(plain, wide);
        Assert.True(Identifier.TryParse(IdentifierType.CorporateNumber, "7123456789012", out identifier, out _));
        identifier.HashToPoint(corporate);
        Assert.Equal("14379cb0fe28306a5e1ffd963899d68c9aa96c31ba2f361fbf211e6f839c5974", Convert.ToHexStringLower(corporate));
    }

    [Fact]
    public void An_empty_identifier_cannot_be_hashed() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Identifier).HashToPoint(new byte[32]));
}
