namespace Exchange.Hosting.Configuration;

/// <summary>The words a file may use in one place, to say of any other what was perhaps meant.</summary>
/// <param name="what">Such as <c>data set</c>.</param>
public sealed class Vocabulary(string what, IEnumerable<string> words)
{
    /// <summary>Distinct wrong words that get a suggestion; looking for one costs time that grows with the vocabulary.</summary>
    const int MaximumSuggestions = 200;

    readonly string[] words = [.. words];
    readonly Dictionary<string, string> said = new(StringComparer.Ordinal);

    public string Unknown(string word)
    {
        if (said.TryGetValue(word, out var sentence))
            return sentence;
        var nearest = said.Count < MaximumSuggestions && word.Length <= 256 ? Spelling.Nearest(word, words) : null;
        sentence = nearest is null ? $"unknown {what} '{word}'" : $"unknown {what} '{word}'; did you mean '{nearest}'?";
        if (said.Count < MaximumSuggestions)
            said[word] = sentence;
        return sentence;
    }
}
