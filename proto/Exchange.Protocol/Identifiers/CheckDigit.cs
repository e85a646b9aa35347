namespace Exchange.Protocol.Identifiers;

/// <summary>Check digits over ASCII digits of the right length.</summary>
static class CheckDigit
{
    /// <summary>The twelfth digit of a My Number, from the first eleven (ministerial ordinance 85/2014, article 5).</summary>
    internal static int MyNumber(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var n = 1; n <= 11; n++)
            sum += (digits[11 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
        var rest = sum % 11;
        return rest <= 1 ? 0 : 11 - rest;
    }

    /// <summary>The first digit of a corporate number, from the last twelve.</summary>
    internal static int CorporateNumber(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var n = 1; n <= 12; n++)
            sum += (digits[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
        return 9 - sum % 9;
    }

    /// <summary>The sixth digit of a local government code, from the first five (JIS X 0402).</summary>
    internal static int MunicipalityCode(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var n = 0; n < 5; n++)
            sum += (digits[n] - '0') * (6 - n);
        return (11 - sum % 11) % 10;
    }
}
