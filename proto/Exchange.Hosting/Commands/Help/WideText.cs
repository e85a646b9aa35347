using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Hosting.Commands.Help;

/// <summary>Text on a terminal, where a letter of East Asia takes two columns and a line may end between any two of them.</summary>
static partial class WideText
{
    /// <summary>Columns that a text takes.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(one => IsWide(one) ? 2 : 1);

    /// <summary>In lines of so many columns; a word of narrow letters that is longer keeps a line of its own.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var piece in Piece().Matches(text).Select(match => match.Value))
        {
            if (line.Length > 0 && Width(line.ToString()) + Width(piece.TrimEnd()) > width)
            {
                yield return line.ToString().TrimEnd();
                line.Clear();
            }
            if (line.Length > 0 || piece != " ")
                line.Append(piece);
        }
        if (line.Length > 0)
            yield return line.ToString().TrimEnd();
    }

    /// <summary>Wide and fullwidth, UAX #11, as far as Japanese uses them.</summary>
    static bool IsWide(Rune one) => one.Value is >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFF00 and <= 0xFF60
        or >= 0xFFE0 and <= 0xFFE6 or >= 0x20000 and <= 0x3FFFD;

    /// <summary>What stays together: narrow letters without a space, and signs that begin no line or end none (JIS X 4051).</summary>
    [GeneratedRegex("[（「『]*(?:[!-~]+|[^ ])[、。，．）」』：；・ー々？！ぁぃぅぇぉっゃゅょァィゥェォッャュョ]*| ")]
    private static partial Regex Piece();
}
