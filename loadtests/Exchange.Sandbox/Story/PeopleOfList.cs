namespace Exchange.Sandbox.Story;

/// <summary>A list of people as an official has it, with what is known of each beforehand, so that the report can be held against it.</summary>
/// <param name="lines">The agency's own key, what is particular about the person, and the outcome that is due.</param>
sealed class PeopleOfList(params (string Person, string About, string Due)[] lines)
{
    public IReadOnlyList<(string Person, string About, string Due)> Lines { get; } = lines;

    /// <summary>As the command reads it: CSV with one column.</summary>
    public void Write(string path) => File.WriteAllLines(path, ["person", .. Lines.Select(line => line.Person)]);
}
