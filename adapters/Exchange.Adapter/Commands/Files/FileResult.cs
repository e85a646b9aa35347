namespace Exchange.Adapter.Commands.Files;

/// <summary>What came of one line.</summary>
/// <param name="Outcome">Such as FOUND; or the reason of a refusal.</param>
/// <param name="Cells">For the job's columns, from the left; none of a refusal.</param>
/// <param name="Message">What happened and what to do; may be empty.</param>
/// <param name="RetryAfter">When asking again may help; zero: it changes nothing.</param>
public sealed record FileResult(string Outcome, IReadOnlyList<string> Cells, string Message, TimeSpan RetryAfter)
{
    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => Outcome;
}
