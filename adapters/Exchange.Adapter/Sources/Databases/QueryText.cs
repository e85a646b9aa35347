namespace Exchange.Adapter.Sources.Databases;

/// <summary>
/// Finds the parameters of a query the mapping's author wrote, skipping texts, quoted names and comments. Nothing of a
/// request ever becomes part of the text.
/// </summary>
static class QueryText
{
    /// <param name="parameters">Each <c>@name</c> once, without the sign.</param>
    /// <returns>What is wrong with the query, or null.</returns>
    public static string? Scan(string query, out IReadOnlyList<string> parameters)
    {
        var found = new List<string>();
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
            if (c is '\'' or '"')
            {
                if (Past(query, c.ToString(), i + 1) is not { } end)
                    return "a quote is not closed";
                i = end;
                continue;
            }
            if (c == '$')
                return "parameters are written @name, not with $";
            if (c == ';')
                ended = true;
            i++;
            if (c != '@' || i == query.Length || !(char.IsAsciiLetter(query[i]) || query[i] == '_'))
                continue;
            var start = i;
            while (i < query.Length && (char.IsAsciiLetterOrDigit(query[i]) || query[i] == '_'))
                i++;
            if (!found.Contains(query[start..i]))
                found.Add(query[start..i]);
        }
        var first = query.TrimStart();
        return first.StartsWith("select", StringComparison.OrdinalIgnoreCase) || first.StartsWith("with", StringComparison.OrdinalIgnoreCase)
            ? null
            : "a query begins with SELECT or WITH";
    }

    static bool At(string text, int index, string sign) => string.CompareOrdinal(text, index, sign, 0, sign.Length) == 0;

    static int? Past(string text, string sign, int from) =>
        text.IndexOf(sign, from, StringComparison.Ordinal) is >= 0 and var at ? at + sign.Length : null;
}
