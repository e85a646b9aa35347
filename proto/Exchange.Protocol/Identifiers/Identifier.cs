using System.Runtime.CompilerServices;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Identifiers;

/// <summary>
/// A My Number or corporate number whose length and check digit are right. Holds no string and prints nothing of the
/// number, so that it cannot reach a log by accident.
/// </summary>
public readonly struct Identifier
{
    const int LongestNumber = 13;

    readonly Buffer digits;

    Identifier(IdentifierType type, ReadOnlySpan<byte> read)
    {
        Type = type;
        read.CopyTo(digits);
    }

    public IdentifierType Type { get; }

    /// <summary>Takes every character whose NFKC form is digits; nothing else, not even spaces or hyphens.</summary>
    public static bool TryParse(IdentifierType type, ReadOnlySpan<char> text, out Identifier identifier, out IdentifierProblem problem)
    {
        Span<byte> read = stackalloc byte[Length(type)];
        problem = Digits.Read(text, read);
        if (problem == IdentifierProblem.None && !IsCheckDigitRight(type, read))
            problem = IdentifierProblem.WrongCheckDigit;
        identifier = problem == IdentifierProblem.None ? new Identifier(type, read) : default;
        read.Clear();
        return problem == IdentifierProblem.None;
    }

    /// <summary>H(id), docs/protocol.md section 2; 32 bytes.</summary>
    public void HashToPoint(Span<byte> point)
    {
        Span<byte> input = stackalloc byte[12 + LongestNumber];
        "xhub/v1/id/"u8.CopyTo(input);
        input[11] = (byte)Type;
        ReadOnlySpan<byte> known = digits;
        known[..Length(Type)].CopyTo(input[12..]);
        HashToGroup.ToPoint(input[..(12 + Length(Type))], OprfMode.Verifiable, point);
        input.Clear();
    }

    public override string ToString() => $"({Type})";

    static int Length(IdentifierType type) => type switch
    {
        IdentifierType.MyNumber => 12,
        IdentifierType.CorporateNumber => LongestNumber,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of number"),
    };

    static bool IsCheckDigitRight(IdentifierType type, ReadOnlySpan<byte> digits) => type == IdentifierType.MyNumber
        ? digits[^1] - '0' == CheckDigit.MyNumber(digits)
        : digits[0] - '0' == CheckDigit.CorporateNumber(digits);

    [InlineArray(LongestNumber)]
    struct Buffer
    {
        byte first;
    }
}
