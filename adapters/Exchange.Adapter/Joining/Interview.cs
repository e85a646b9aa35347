using Spectre.Console;

namespace Exchange.Adapter.Joining;

/// <summary>
/// Asks what has to be known, and tests each answer as it is given. What was given beforehand by name is not asked; without a
/// terminal, suggestions are taken where that was permitted, and what has none is said by name. What was answered in an earlier
/// run is suggested in the place of what would be; where nothing will do as well, a hyphen says so.
/// </summary>
/// <param name="stop">Ends a question that waits for an answer.</param>
sealed class Interview(IReadOnlyDictionary<string, string> given, bool takesSuggestions, IAnsiConsole console, CancellationToken stop)
{
    const string None = "-";

    readonly HashSet<string> used = [];
    RememberedAnswers? memory;

    /// <summary>Names that were given and that nothing asked for: misspelt, most likely.</summary>
    public IEnumerable<string> Unused => given.Keys.Where(name => !used.Contains(name));

    public void Remember(RememberedAnswers answers) => memory = answers;

    public void Say(string text) => console.Write(new Text(text + Environment.NewLine));

    public void Heading(string text) => console.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").LeftJustified());

    public void Show(Table table) => console.Write(table);

    /// <param name="name">By which it can be given beforehand.</param>
    /// <param name="suggestion">Null: there is none; empty: it may be left out.</param>
    /// <param name="wrong">What is wrong with an answer; null when it will do.</param>
    /// <exception cref="InterviewException">It was given wrong, or cannot be asked here.</exception>
    /// <param name="isKept">False for what may be answered otherwise next time, since something was mended meanwhile.</param>
    public string Ask(string name, string question, string? suggestion, Func<string, string?> wrong, bool isKept = true)
    {
        if (!isKept)
            return Answer(name, question, suggestion, wrong);
        var answer = Answer(name, question, memory?[name] is { } before && wrong(before) is null ? before : suggestion, wrong);
        memory?.Keep(name, answer);
        return answer;
    }

    string Answer(string name, string question, string? suggestion, Func<string, string?> wrong)
    {
        used.Add(name);
        if (given.TryGetValue(name, out var answer))
            return wrong(answer) is { } mistake ? throw new InterviewException($"--answer {name}={answer}: {mistake}.") : answer;
        if (takesSuggestions && suggestion is not null && wrong(suggestion) is null)
        {
            Say($"{question} {(suggestion.Length > 0 ? suggestion : "(none)")}");
            return suggestion;
        }
        if (!console.Profile.Capabilities.Interactive)
            throw new InterviewException($"{question} Give it as --answer {name}=...{(suggestion is { Length: > 0 } ? $"; suggested: {suggestion}, which --yes takes" : "")}.");
        var takesNone = suggestion is { Length: > 0 } && wrong("") is null;
        var prompt = new TextPrompt<string>($"{Markup.Escape(question)}{(takesNone ? " Write - for none." : "")} [grey]({Markup.Escape(name)})[/]").Validate(text => takesNone && text == None ? ValidationResult.Success() : wrong(text) is { } mistake ? ValidationResult.Error($"[red]{Markup.Escape(mistake)}[/]") : ValidationResult.Success());
        prompt.AllowEmpty = suggestion is "";
        if (suggestion is { Length: > 0 })
            prompt.DefaultValue(suggestion);
        var said = prompt.ShowAsync(console, stop).GetAwaiter().GetResult();
        return takesNone && said == None ? "" : said;
    }

    /// <summary>Judges what is there now, so that no earlier answer counts.</summary>
    /// <param name="suggestion">Null: whoever answers has to say it.</param>
    public bool Confirm(string name, string question, bool? suggestion) =>
        IsYes(Ask(name, question + " (yes or no)", suggestion switch { true => "yes", false => "no", null => null }, text => IsYes(text) is null ? "say yes or no" : null, isKept: false)) == true;

    static bool? IsYes(string text) => text.Trim().ToLowerInvariant() switch { "yes" or "y" or "はい" => true, "no" or "n" or "いいえ" => false, _ => null };
}

/// <summary>Something has to be known and is not, or was told wrong. The message says what, and how to give it.</summary>
sealed class InterviewException(string message) : Exception(message);
