using System.Globalization;
using Exchange.Protocol.Identifiers;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What a field counts in, or how it is written.</summary>
public enum Unit
{
    /// <summary>Whole yen, never below zero.</summary>
    Yen,

    /// <summary>How many, never below zero.</summary>
    Count,

    /// <summary>Of the Gregorian calendar, four digits.</summary>
    Year,

    /// <summary>ISO 8601, such as 2026-04-01; empty when there is none.</summary>
    Date,

    /// <summary>Such as 2026-10; empty when there is none.</summary>
    Month,

    /// <summary>ISO 8601 to the second, with the offset from UTC, such as 2026-04-01T09:30:00+09:00.</summary>
    Time,

    /// <summary>Six digits with their check digit (JIS X 0402); empty when there is none.</summary>
    MunicipalityCode,

    /// <summary>Thirteen digits; empty when there is none.</summary>
    CorporateNumber,

    /// <summary>One to seven: the grade of a disability.</summary>
    Grade,

    /// <summary>A text of the provider's own.</summary>
    Code,

    /// <summary>One of the names of its enumeration.</summary>
    Name,

    /// <summary>True or false.</summary>
    YesNo,
}

/// <summary>Holds single values to their unit.</summary>
static class Units
{
    const long MostYen = 100_000_000_000_000;
    const int MostCounted = 10_000;

    /// <summary>Null when the value may stand there; else what should.</summary>
    public static string? Problem(Unit unit, object value) => unit switch
    {
        Unit.Yen => Number(value) is >= 0 and <= MostYen ? null : "whole yen, from 0",
        Unit.Count => Number(value) is >= 0 and <= MostCounted ? null : $"a number from 0 to {MostCounted}",
        Unit.Year => Number(value) is >= 1868 and <= 2200 ? null : "a year of the Gregorian calendar",
        Unit.Grade => Number(value) is >= 1 and <= 7 ? null : "1 to 7",
        Unit.Date => IsDate((string)value, "yyyy-MM-dd") ? null : "a date such as 2026-04-01",
        Unit.Month => IsDate((string)value, "yyyy-MM") ? null : "a month such as 2026-10",
        Unit.Time => DateTimeOffset.TryParseExact((string)value, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "a time such as 2026-04-01T09:30:00+09:00",
        Unit.MunicipalityCode => MunicipalityCode.TryParse((string)value, out _, out _) ? null : "six digits, of which the last is the check digit",
        Unit.CorporateNumber => value is string { Length: 13 } digits && digits.All(char.IsAsciiDigit) ? null : "thirteen digits",
        _ => null,
    };

    static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    static bool IsDate(string text, string form) =>
        DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1868 and <= 2200;
}
