using System.Globalization;
using System.Text;

namespace Exchange.Adapter.Joining;

/// <summary>A text as a scalar of YAML, wherever one may stand (YAML 1.2.2, 7.3.1): names of columns and files are whatever a system calls them.</summary>
static class YamlWord
{
    /// <summary>Plain where everybody would write it so; otherwise in double quotes.</summary>
    public static string Of(string text) => IsPlain(text) ? text : Quoted(text);

    static bool IsPlain(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] is '/' or '_') && text.All(one => char.IsLetterOrDigit(one) || one is '_' or '/' or '.' or '-')
        && text is not ("true" or "false" or "yes" or "no" or "null" or "on" or "off");

    static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var one in text)
            if (one is '"' or '\\')
                quoted.Append('\\').Append(one);
            else if (char.IsControl(one))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}");
            else
                quoted.Append(one);
        return quoted.Append('"').ToString();
    }
}
