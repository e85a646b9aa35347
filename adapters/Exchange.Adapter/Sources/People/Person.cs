using Exchange.V1;

namespace Exchange.Adapter.Sources.People;

/// <summary>One person to enrol, as listed.</summary>
/// <param name="Key">The agency's own key.</param>
/// <param name="Number">As it stands there, unchecked; kept no longer than enrolment takes.</param>
/// <param name="Line">Of the file, or number of the row.</param>
public sealed record Person(string Key, string Number, int Line)
{
    public override string ToString() => $"line {Line}";
}

/// <summary>A line that was passed over; neither key nor number stands in it.</summary>
/// <param name="Column">Empty when the whole line is meant.</param>
/// <param name="Reason">NUMBER_INVALID, KEY_INVALID, KEY_REPEATED, LINE_INVALID, or PERSON_UNKNOWN where somebody enrolled is meant.</param>
public sealed record BadLine(int Line, string Column, Reason Reason, string What);

/// <summary>People to enrol, one after another, however many.</summary>
public interface IPeople
{
    /// <summary>Where numbers stand.</summary>
    string NumberColumn { get; }

    /// <summary>Each call reads from the start. Lines that cannot be used are given to <paramref name="bad"/> and passed over.</summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    /// <exception cref="SourceException">The list cannot be used as a whole.</exception>
    IAsyncEnumerable<Person> Read(Action<BadLine> bad, CancellationToken cancellation = default);
}
