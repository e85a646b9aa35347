using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Exchange.Hosting.Commands.Help;

/// <summary>Shows <c>--help</c> in Japanese: the page that the library writes of translated descriptions, with its own words translated too.</summary>
public sealed class JapaneseHelp : SynchronousCommandLineAction
{
    /// <summary>On a narrower screen the terminal breaks lines as it likes.</summary>
    const int Narrowest = 40;

    readonly HelpAction page;
    readonly Translations translations;

    JapaneseHelp(HelpAction page, Translations translations) => (this.page, this.translations) = (page, translations);

    public override bool ClearsParseErrors => page.ClearsParseErrors;

    /// <summary>Replaces every description of a program, and what shows its help.</summary>
    public static void Give(RootCommand root, Translations translations)
    {
        foreach (var symbol in Symbols(root))
            symbol.Description = symbol.Description is { } english ? translations.Translate(english) : null;
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new JapaneseHelp((HelpAction)help.Action!, translations);
    }

    /// <summary>A command with all that is described at it and below it.</summary>
    public static IEnumerable<Symbol> Symbols(Command command) =>
        [command, .. command.Arguments, .. command.Options, .. command.Subcommands.SelectMany(Symbols)];

    public override int Invoke(ParseResult parseResult)
    {
        var how = parseResult.InvocationConfiguration;
        var screen = how.Output;
        using var english = new StringWriter();
        how.Output = english;
        try
        {
            // Its lines are as long as they come: it would count a letter of Japanese as one column, and break lines at spaces alone.
            page.MaxWidth = int.MaxValue;
            page.Invoke(parseResult);
        }
        finally
        {
            how.Output = screen;
        }
        screen.Write(HelpPage.Translate(english.ToString(), translations, Columns));
        return 0;
    }

    static int Columns => Console.IsOutputRedirected || Console.WindowWidth < Narrowest ? int.MaxValue : Console.WindowWidth;
}
