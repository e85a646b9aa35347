using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Exchange.Hosting.Commands.Help;

namespace Exchange.Journeys.Tests.Pages;

/// <summary>What --help says in Japanese is what it says in English.</summary>
public sealed partial class JapaneseHelpTests
{
    [Fact]
    public void Every_text_of_every_command_of_every_program_has_a_translation()
    {
        var missing = PublishedProgram.All.SelectMany(program => Said(program).Except(Translations.Of(program.Areas).Texts.Keys).Select(text => $"{program.Name}: {text}"));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_translation_is_of_something_that_a_program_says()
    {
        var shared = Translations.Of().Texts.Keys.ToHashSet();
        Assert.Empty(shared.Except(PublishedProgram.All.SelectMany(Said)).Except(HelpPage.Words));
        var areas = PublishedProgram.All.SelectMany(program => program.Areas).Distinct();
        Assert.Empty(areas.SelectMany(area => Translations.Of(area).Texts.Keys.Except(shared).Except(SaidBy(area)).Select(text => $"{area.GetName().Name}: {text}")));
    }

    [Fact]
    public void Options_files_words_and_numbers_that_are_named_in_English_are_named_in_Japanese()
    {
        var texts = Translations.Of(PublishedProgram.All.SelectMany(program => program.Areas)).Texts.Where(text => !HelpPage.Words.Contains(text.Key));
        Assert.Empty(texts.SelectMany(text => Named().Matches(text.Key).Select(name => name.Value)
            .Where(name => !text.Value.Contains(name, StringComparison.Ordinal)).Select(name => $"{name} in: {text.Value}")));
    }

    [Fact]
    public void No_page_has_a_sentence_or_a_heading_in_English()
    {
        foreach (var program in PublishedProgram.All)
        {
            var root = program.Create();
            JapaneseHelp.Give(root, Translations.Of(program.Areas));
            foreach (var path in Paths(root))
            {
                var page = Page(root, path);
                Assert.DoesNotContain(HelpPage.Words, word => page.Contains(word, StringComparison.Ordinal));
                Assert.DoesNotMatch(Sentence(), page);
                Assert.Equal(Labels(Page(program.Create(), path)), Labels(page));
            }
        }
    }

    static IEnumerable<string> Said(PublishedProgram program) => JapaneseHelp.Symbols(program.Create()).Select(symbol => symbol.Description ?? $"nothing of {symbol.Name}");

    static IEnumerable<string> SaidBy(Assembly area) => PublishedProgram.All.Where(program => program.Areas.Contains(area)).SelectMany(Said);

    static IEnumerable<string[]> Paths(Command command) =>
        [[], .. command.Subcommands.SelectMany(sub => Paths(sub).Select<string[], string[]>(rest => [sub.Name, .. rest]))];

    static string Page(RootCommand root, string[] path)
    {
        using var page = new StringWriter();
        Assert.Equal(0, root.Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = page }));
        return page.ToString();
    }

    /// <summary>Names of commands, options and what they take, in their order.</summary>
    static IEnumerable<string> Labels(string page) => Label().Matches(page).Select(label => label.Value.Trim());

    [GeneratedRegex("--[a-z-]+|[A-Z]{3,}(?:[_:+][A-Z]+)*|[a-z-]+\\.(?:yaml|db|pub|md)|[a-z]+_[a-z_]+|https?://[a-z0-9.:/]+/|[0-9]{2,}")]
    private static partial Regex Named();

    [GeneratedRegex("(?:[a-z]{2,} ){3}[a-z]{2,}")]
    private static partial Regex Sentence();

    [GeneratedRegex("^  (?:-[!-~]+(?:, -[!-~]+)*(?: <[^>]+>)?|<[A-Z]+>|[a-z-]+(?=  ))", RegexOptions.Multiline)]
    private static partial Regex Label();
}
