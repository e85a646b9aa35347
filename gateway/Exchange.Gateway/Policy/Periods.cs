namespace Exchange.Gateway.Policy;

/// <summary>Days on which at least one of many rows is in force, as periods with gaps between them.</summary>
sealed class Periods
{
    readonly DateOnly[] firstDays;
    readonly DateOnly[] lastDays;

    public Periods(IEnumerable<PolicyRow> rows)
    {
        var merged = new List<(DateOnly First, DateOnly Last)>();
        foreach (var row in rows.OrderBy(row => row.ValidFrom))
        {
            if (merged.Count > 0 && row.ValidFrom <= merged[^1].Last)
                merged[^1] = (merged[^1].First, row.LastDay > merged[^1].Last ? row.LastDay : merged[^1].Last);
            else
                merged.Add((row.ValidFrom, row.LastDay));
        }
        firstDays = [.. merged.Select(period => period.First)];
        lastDays = [.. merged.Select(period => period.Last)];
    }

    public bool Contain(DateOnly day)
    {
        var index = Array.BinarySearch(firstDays, day);
        if (index < 0)
            index = ~index - 1;
        return index >= 0 && day <= lastDays[index];
    }
}
