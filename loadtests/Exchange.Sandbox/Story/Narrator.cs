using Spectre.Console;
using Spectre.Console.Rendering;

namespace Exchange.Sandbox.Story;

/// <summary>Tells the story on a terminal, and as plainly into a file.</summary>
sealed class Narrator(IAnsiConsole console)
{
    /// <summary>Where nobody says how wide a line may be.</summary>
    const int PlainWidth = 120;

    int chapters;

    public IAnsiConsole Console { get; } = console;

    public static Narrator OnConsole()
    {
        System.Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return new Narrator(console);
    }

    public void Chapter(string title)
    {
        Console.WriteLine();
        Console.Write(new Rule($"[bold]{++chapters}. {Markup.Escape(title)}[/]") { Justification = Justify.Left });
    }

    public void Heading(string title)
    {
        Console.WriteLine();
        Console.Write(new Rule($"[bold]{Markup.Escape(title)}[/]") { Justification = Justify.Left });
    }

    /// <param name="markup">In Spectre's markup.</param>
    public void Say(string markup) => Console.MarkupLine(markup);

    /// <summary>Something to copy: never wrapped, never coloured.</summary>
    public void Verbatim(string text)
    {
        Console.Profile.Out.Writer.WriteLine(text);
        Console.Profile.Out.Writer.Flush();
    }

    public void Show(IRenderable what) => Console.Write(what);

    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(column)}[/]"));
        return table;
    }
}
