namespace Exchange.Adapter.Commands.Files;

/// <summary>A line of a file that is worked through, or several that belong together.</summary>
/// <param name="Number">Of the first, from 1; the result goes by it.</param>
/// <param name="Cells">What is asked, as it is told again beside the result; a cell for each of the job's columns.</param>
/// <param name="Mistake">Why nobody is asked about it; null when all is well.</param>
public abstract record FileLine(int Number, IReadOnlyList<string> Cells, string? Mistake)
{
    /// <summary>Says nothing about the person.</summary>
    public sealed override string ToString() => $"line {Number}";
}
