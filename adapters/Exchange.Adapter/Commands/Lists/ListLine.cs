namespace Exchange.Adapter.Commands.Lists;

/// <summary>One line of a list of people.</summary>
/// <param name="Number">From 1; the header is line 1.</param>
/// <param name="Person">This agency's own key of the person; of a bad line, what stands there.</param>
/// <param name="Mistake">Why nobody is asked about it; null when all is well.</param>
/// <param name="SameAs">The earlier line with the same person; 0: none.</param>
sealed record ListLine(int Number, string Person, string? Mistake, int SameAs)
{
    public bool IsGood => Mistake is null && SameAs == 0;

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(ListLine);
}
