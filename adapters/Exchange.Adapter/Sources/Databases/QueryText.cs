using System.Text;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>
/// Finds the parameters of a query the mapping's author wrote, skipping texts, quoted names and comments. Nothing of a
/// request ever becomes part of the text.
/// </summary>
static class QueryText
{
    /// <param name="portable">Of whichever database ODBC leads to: its names may stand in brackets or backticks too.</param>
    /// <param name="parameters">Each <c>@name</c> as often as it stands there.</param>
    /// <returns>What is wrong with the query, or null.</returns>
    public static string? Scan(string query, bool portable, out IReadOnlyList<QueryParameter> parameters)
    {
        var found = new List<QueryParameter>();
        parameters = found;
        var ended = false;
        for (var i = 0; i < query.Length;)
        {
            var c = query[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            if (At(query, i, "--"))
            {
                i = Past(query, "\n", i) ?? query.Length;
                continue;
            }
            if (At(query, i, "/*"))
            {
                if (Past(query, "*/", i + 2) is not { } end)
                    return "a comment is not closed";
                i = end;
                continue;
            }
            if (ended)
                return "the query holds more than one statement";
            if (Closing(c, portable) is { } closing)
            {
                if (Past(query, closing.ToString(), i + 1) is not { } end)
                    return "a quote is not closed";
                i = end;
                continue;
            }
            if (c == (portable ? '?' : '$'))
                return $"parameters are written @name, not with {c}";
            if (c == ';')
                ended = true;
            i++;
            if (c != '@' || i == query.Length || !(char.IsAsciiLetter(query[i]) || query[i] == '_'))
                continue;
            var start = i;
            while (i < query.Length && (char.IsAsciiLetterOrDigit(query[i]) || query[i] == '_'))
                i++;
            found.Add(new QueryParameter(query[start..i], start - 1));
        }
        var first = query.TrimStart();
        return first.StartsWith("select", StringComparison.OrdinalIgnoreCase) || first.StartsWith("with", StringComparison.OrdinalIgnoreCase)
            ? null
            : "a query begins with SELECT or WITH";
    }

    /// <summary>The query with a question mark in the place of each parameter.</summary>
    public static string WithMarks(string query, IReadOnlyList<QueryParameter> parameters)
    {
        var text = new StringBuilder();
        var from = 0;
        foreach (var (name, at) in parameters)
        {
            text.Append(query, from, at - from).Append('?');
            from = at + 1 + name.Length;
        }
        return text.Append(query, from, query.Length - from).ToString();
    }

    static char? Closing(char c, bool portable) => c switch
    {
        '\'' or '"' => c,
        '`' when portable => c,
        '[' when portable => ']',
        _ => null,
    };

    static bool At(string text, int index, string sign) => string.CompareOrdinal(text, index, sign, 0, sign.Length) == 0;

    static int? Past(string text, string sign, int from) =>
        text.IndexOf(sign, from, StringComparison.Ordinal) is >= 0 and var at ? at + sign.Length : null;
}

/// <param name="Name">Without the sign.</param>
/// <param name="At">Index of the sign.</param>
readonly record struct QueryParameter(string Name, int At);
