namespace Exchange.Protocol.Identifiers;

/// <summary>A local government code (JIS X 0402): five digits and a check digit. Public, unlike a person's number.</summary>
public readonly record struct MunicipalityCode
{
    const int Length = 6;

    readonly string? digits;

    MunicipalityCode(string digits) => this.digits = digits;

    public static bool TryParse(ReadOnlySpan<char> text, out MunicipalityCode code, out IdentifierProblem problem)
    {
        Span<byte> read = stackalloc byte[Length];
        problem = Digits.Read(text, read);
        if (problem == IdentifierProblem.None && read[^1] - '0' != CheckDigit.MunicipalityCode(read))
            problem = IdentifierProblem.WrongCheckDigit;
        code = problem == IdentifierProblem.None ? new MunicipalityCode(System.Text.Encoding.ASCII.GetString(read)) : default;
        return problem == IdentifierProblem.None;
    }

    /// <summary>From the first five digits alone, as many registers keep it.</summary>
    public static bool TryComplete(ReadOnlySpan<char> text, out MunicipalityCode code, out IdentifierProblem problem)
    {
        Span<byte> read = stackalloc byte[Length];
        problem = Digits.Read(text, read[..^1]);
        read[^1] = (byte)('0' + CheckDigit.MunicipalityCode(read));
        code = problem == IdentifierProblem.None ? new MunicipalityCode(System.Text.Encoding.ASCII.GetString(read)) : default;
        return problem == IdentifierProblem.None;
    }

    public override string ToString() => digits ?? "";
}
