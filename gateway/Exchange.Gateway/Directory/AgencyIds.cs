using Exchange.Protocol.Identity;

namespace Exchange.Gateway.Directory;

/// <summary>
/// How agencies, kinds, tasks and data sets are written. An id has at least one dot and a kind has none, so a row of
/// the matrix can name either.
/// </summary>
public static class AgencyIds
{
    const string MunicipalityPrefix = "jp.mun.";

    /// <summary>Of an agency or a data set.</summary>
    public static bool IsId(string text) => AgencyNames.IsId(text) && text.Contains('.', StringComparison.Ordinal);

    /// <summary>A kind of agency or a task: lower-case letters, digits and hyphens.</summary>
    public static bool IsWord(string text) => AgencyNames.IsId(text) && !text.Contains('.', StringComparison.Ordinal);

    /// <summary>What is wrong with the local government code of a municipality's id (JIS X 0402); null when nothing is, or the id is of another form.</summary>
    public static string? MunicipalityMistake(string id)
    {
        if (!id.StartsWith(MunicipalityPrefix, StringComparison.Ordinal))
            return null;
        var code = id.AsSpan(MunicipalityPrefix.Length);
        if (code.Length != 6 || code.ContainsAnyExceptInRange('0', '9'))
            return $"'{id}' must end with a local government code of 6 digits";
        var sum = 0;
        for (var i = 0; i < 5; i++)
            sum += (code[i] - '0') * (6 - i);
        var expected = (11 - sum % 11) % 10;
        return code[5] - '0' == expected ? null : $"'{id}' has a wrong check digit; {code[..5]} has check digit {expected}";
    }
}
