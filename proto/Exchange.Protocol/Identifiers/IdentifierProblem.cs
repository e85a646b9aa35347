namespace Exchange.Protocol.Identifiers;

/// <summary>Why a number was refused; says nothing about the number itself.</summary>
public enum IdentifierProblem
{
    None = 0,
    Empty = 1,
    /// <summary>Something that is not a digit, even after NFKC.</summary>
    NotDigits = 2,
    WrongLength = 3,
    WrongCheckDigit = 4,
}
