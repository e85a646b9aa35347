namespace Exchange.Protocol.Identifiers;

/// <summary>
/// NFKC for digits alone: every character whose compatibility form is one or two ASCII digits, and nothing else.
/// Written out because the platform does not normalise in invariant mode, and so that no copy of a number is left
/// in a string. Ranges from UnicodeData.txt.
/// </summary>
static class Digits
{
    /// <summary>Writes 0x30-0x39. More or fewer digits than there is room for are a wrong length.</summary>
    internal static IdentifierProblem Read(ReadOnlySpan<char> text, Span<byte> digits)
    {
        if (text.IsEmpty)
            return IdentifierProblem.Empty;
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var value = Value(rune.Value);
            if (value < 0)
                return IdentifierProblem.NotDigits;
            if (value >= 10)
                Put(digits, count++, value / 10);
            Put(digits, count++, value % 10);
        }
        return count == digits.Length ? IdentifierProblem.None : IdentifierProblem.WrongLength;
    }

    static void Put(Span<byte> digits, int at, int value)
    {
        if (at < digits.Length)
            digits[at] = (byte)('0' + value);
    }

    /// <summary>-1 for anything that is not a digit.</summary>
    static int Value(int character) => character switch
    {
        >= 0x30 and <= 0x39 => character - 0x30,
        >= 0xff10 and <= 0xff19 => character - 0xff10, // full width
        0xb2 or 0xb3 => character - 0xb0, // superscripts
        0xb9 => 1,
        0x2070 => 0,
        >= 0x2074 and <= 0x2079 => character - 0x2070,
        >= 0x2080 and <= 0x2089 => character - 0x2080, // subscripts
        >= 0x2460 and <= 0x2473 => character - 0x2460 + 1, // circled, 1 to 20
        0x24ea => 0,
        >= 0x3251 and <= 0x325f => character - 0x3251 + 21,
        >= 0x32b1 and <= 0x32bf => character - 0x32b1 + 36,
        >= 0x1d7ce and <= 0x1d7ff => (character - 0x1d7ce) % 10, // mathematical
        >= 0x1fbf0 and <= 0x1fbf9 => character - 0x1fbf0, // segmented
        _ => -1,
    };
}
