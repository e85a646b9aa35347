namespace Exchange.Hosting.Configuration;

/// <summary>One mistake in a file: where it stands, what it is and what to write instead. Line and column count from 1; 0 means the whole file.</summary>
public sealed record Problem(string File, int Line, int Column, string What)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {What}" : $"{File}: {What}";
}

/// <summary>Collects every mistake of one or more files, so that they are told at once.</summary>
public sealed class Problems
{
    readonly List<Problem> found = [];

    public IReadOnlyList<Problem> Found => found;

    public bool Any => found.Count > 0;

    public void Add(string file, int line, int column, string what) => found.Add(new Problem(file, line, column, what));

    /// <exception cref="ConfigurationException">When there is at least one mistake.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new ConfigurationException(found);
    }
}

/// <summary>A file is refused whole; the message lists every mistake, one a line.</summary>
public sealed class ConfigurationException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
