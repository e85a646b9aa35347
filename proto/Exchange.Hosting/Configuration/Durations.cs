using System.Globalization;

namespace Exchange.Hosting.Configuration;

/// <summary>Durations as people write them: a whole number and a unit.</summary>
public static class Durations
{
    static readonly (string Unit, TimeSpan Length)[] units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, length) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            if (long.TryParse(text.AsSpan(0, text.Length - unit.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue.Ticks / length.Ticks)
            {
                duration = length * count;
                return true;
            }
        }
        return false;
    }

    /// <summary>The largest unit that divides it: 90 s is <c>90s</c>, two hours are <c>2h</c>.</summary>
    public static string Write(TimeSpan duration)
    {
        for (var i = units.Length - 1; i > 0; i--)
            if (duration.Ticks % units[i].Length.Ticks == 0 && duration.Ticks != 0)
                return $"{duration.Ticks / units[i].Length.Ticks}{units[i].Unit}";
        return $"{(long)duration.TotalMilliseconds}ms";
    }
}
