using System.Globalization;
using System.Text;

namespace Exchange.Hosting.Commands;

/// <summary>What others wrote, where people read it.</summary>
public static class OnScreen
{
    /// <summary>Nothing of it commands a terminal, or turns the letters around on it.</summary>
    public static string Plain(string text) =>
        text.EnumerateRunes().Any(Commands) ? string.Concat(text.EnumerateRunes().Select(one => Commands(one) ? "\uFFFD" : one.ToString())) : text;

    static bool Commands(Rune one) => Rune.GetUnicodeCategory(one) is UnicodeCategory.Control or UnicodeCategory.Format;
}
