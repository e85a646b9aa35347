using System.Globalization;

namespace Exchange.Adapter.Sources.Mapping;

enum TimeOrigin
{
    Now,
    File,
    Fixed,
    Column,
}

/// <summary>Where a point in time comes from.</summary>
/// <param name="Format">A .NET date format, <c>unix_s</c>, <c>unix_ms</c>, or null for ISO 8601.</param>
/// <param name="Offset">Of times that do not name theirs.</param>
sealed record TimeMapping(TimeOrigin Origin, int Column = -1, string Name = "", string? Format = null, TimeSpan Offset = default, long FixedUnixMs = 0)
{
    /// <param name="unixMs">0 for NULL and for blank.</param>
    public CellProblem? Read(ReadOnlySpan<object?> cells, RowTimes times, out long unixMs)
    {
        unixMs = Origin switch
        {
            TimeOrigin.Now => times.ReadUnixMs,
            TimeOrigin.File => times.FileUnixMs,
            TimeOrigin.Fixed => FixedUnixMs,
            _ => 0,
        };
        if (Origin != TimeOrigin.Column || CellConversion.IsMissing(cells[Column]))
            return null;
        return TryRead(cells[Column]!, out unixMs) ? null : new CellProblem(Name, $"a time{(Format is null ? " in ISO 8601" : $" written {Format}")}");
    }

    bool TryRead(object cell, out long unixMs)
    {
        unixMs = 0;
        if (Format is "unix_s" or "unix_ms")
        {
            var limit = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
            if (!WholeNumbers.TryRead(cell, CellFormat.Plain, out var count) || count < 0 || count * (Format == "unix_s" ? 1000 : 1) > limit)
                return false;
            unixMs = (long)count * (Format == "unix_s" ? 1000 : 1);
            return true;
        }
        switch (cell)
        {
            case DateTimeOffset time:
                unixMs = time.ToUnixTimeMilliseconds();
                return true;
            case DateOnly date:
                return TryOffset(date.ToDateTime(TimeOnly.MinValue), out unixMs);
            case DateTime time:
                return TryOffset(time, out unixMs);
        }
        var text = CellConversion.Text(cell)?.Trim();
        if (Format is { } format)
            return DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var exact) && TryOffset(exact, out unixMs);
        return IsIso(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var read) && TryOffset(read, out unixMs);
    }

    bool TryOffset(DateTime time, out long unixMs)
    {
        var utc = time.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) - Offset : time.ToUniversalTime();
        unixMs = utc.ToUnixTimeMilliseconds();
        return unixMs >= 0;
    }

    /// <summary>Year, month and day first: 04/05/2025 means two things.</summary>
    static bool IsIso(string? text) =>
        text is { Length: >= 10 } && text[4] == '-' && text[7] == '-' && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

/// <param name="ReadUnixMs">Before the row was read.</param>
/// <param name="FileUnixMs">Last write of the file; 0 where there is none.</param>
readonly record struct RowTimes(long ReadUnixMs, long FileUnixMs);
