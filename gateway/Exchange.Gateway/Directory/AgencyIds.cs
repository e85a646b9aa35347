using Exchange.Protocol.Identifiers;
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

    /// <summary>What is wrong with the local government code of a municipality's id; null when nothing is, or it is no municipality's.</summary>
    /// <param name="id">One that <see cref="IsId"/> takes.</param>
    public static string? MunicipalityMistake(string id)
    {
        if (!id.StartsWith(MunicipalityPrefix, StringComparison.Ordinal))
            return null;
        var code = id[MunicipalityPrefix.Length..];
        if (MunicipalityCode.TryParse(code, out _, out var problem))
            return null;
        if (problem != IdentifierProblem.WrongCheckDigit)
            return $"'{id}' must end with a local government code of 6 digits";
        var expected = Enumerable.Range(0, 10).Single(digit => MunicipalityCode.TryParse($"{code[..5]}{digit}", out _, out _));
        return $"'{id}' has a wrong check digit; {code[..5]} has check digit {expected}";
    }
}
