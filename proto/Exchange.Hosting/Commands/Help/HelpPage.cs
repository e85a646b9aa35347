using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Hosting.Commands.Help;

/// <summary>A page of <c>--help</c> as the library writes it: sections with an empty line between, each a heading and lines that begin with two spaces.</summary>
public static partial class HelpPage
{
    const string Usage = "Usage:", Description = "Description:", Arguments = "Arguments:", Options = "Options:", Commands = "Commands:";
    const string AnyOptions = "[options]", AnyCommand = "[command]", Required = "(REQUIRED)", Default = "[default: ";

    /// <summary>Columns of a description where the names beside it leave fewer.</summary>
    const int Narrowest = 24;

    /// <summary>What the library says beside descriptions.</summary>
    public static IReadOnlyList<string> Words { get; } = [Usage, Description, Arguments, Options, Commands, AnyOptions, AnyCommand, Required, Default];

    /// <summary>With its own words translated, and laid out for letters that are two columns wide.</summary>
    /// <param name="width">Columns of the screen.</param>
    public static string Translate(string page, Translations translations, int width)
    {
        var output = new StringBuilder();
        foreach (var section in page.ReplaceLineEndings("\n").Trim('\n').Split("\n\n"))
        {
            var lines = section.Split('\n');
            output.AppendLine(translations.Translate(lines[0]));
            var shown = lines[0] switch
            {
                Usage => lines[1..].Select(line => Translate(line, translations, AnyCommand, AnyOptions)),
                Description => lines[1..].SelectMany(line => WideText.Wrap(line.Trim(), width - 2)).Select(line => "  " + line),
                _ => Rows(lines[1..].Select(line => Translate(line, translations, Required, Default)), width),
            };
            foreach (var line in shown)
                output.AppendLine(line);
            output.AppendLine();
        }
        return output.ToString();
    }

    static string Translate(string line, Translations translations, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            line = line.Replace(word, translations.Translate(word), StringComparison.Ordinal);
        return line;
    }

    static IEnumerable<string> Rows(IEnumerable<string> lines, int width)
    {
        var rows = lines.Select(line => Row().Match(line)).Select(row => (Name: row.Groups["name"].Value, Text: row.Groups["text"].Value)).ToList();
        var names = rows.Max(row => WideText.Width(row.Name));
        foreach (var (name, text) in rows)
        {
            var beside = $"  {name}{new string(' ', names - WideText.Width(name))}  ";
            foreach (var line in WideText.Wrap(text, Math.Max(Narrowest, width - names - 4)).DefaultIfEmpty(""))
            {
                yield return (beside + line).TrimEnd();
                beside = new string(' ', names + 4);
            }
        }
    }

    [GeneratedRegex("^  (?<name>[^ ]+(?: [^ ]+)*)(?: {2,}(?<text>.*))?$")]
    private static partial Regex Row();
}
