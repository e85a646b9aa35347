using Exchange.Adapter.Joining;
using Spectre.Console;

namespace Exchange.Adapter.Tests.Joining;

public sealed class InterviewTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-interview-").FullName;

    string Memory => Path.Combine(folder, "answers.json");

    [Fact]
    public void What_was_answered_before_is_suggested_until_it_will_not_do_any_more()
    {
        Assert.Equal("csv", Begin(("records", "csv")).Ask("records", "Where?", "sqlite", _ => null));

        Assert.Equal("csv", Begin().Ask("records", "Where?", "sqlite", _ => null));
        Assert.Equal("sqlite", Begin().Ask("records", "Where?", "sqlite", text => text == "csv" ? "not any more" : null));
    }

    [Fact]
    public void A_question_without_a_suggestion_is_not_answered_by_taking_suggestions()
    {
        var asked = Assert.Throws<InterviewException>(() => Begin().Confirm("fingerprint", "The same?", suggestion: null));

        Assert.Contains("--answer fingerprint=", asked.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("はい", true)]
    [InlineData("y", true)]
    [InlineData("Yes", true)]
    [InlineData("いいえ", false)]
    [InlineData("no", false)]
    public void Yes_and_no_are_understood_in_both_languages(string said, bool isYes) =>
        Assert.Equal(isYes, Begin(("right", said)).Confirm("right", "Is that right?", suggestion: null));

    [Fact]
    public void A_memory_that_was_cut_short_is_as_none()
    {
        File.WriteAllText(Memory, "{ \"records\": ");

        Assert.Equal("sqlite", Begin().Ask("records", "Where?", "sqlite", _ => null));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Interview Begin(params IEnumerable<(string Name, string Answer)> given)
    {
        var interview = new Interview(
            given.ToDictionary(one => one.Name, one => one.Answer), takesSuggestions: true,
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Interactive = InteractionSupport.No }), default);
        interview.Remember(new RememberedAnswers(Memory));
        return interview;
    }
}
