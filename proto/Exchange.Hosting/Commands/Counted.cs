using System.Globalization;

namespace Exchange.Hosting.Commands;

/// <summary>A number with its noun: 1 row, 2 rows, 1 person, 2 people.</summary>
public static class Counted
{
    /// <param name="many">The plural, where it is not an s more.</param>
    public static string Of(long count, string noun, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : many ?? noun + "s")}");
}
