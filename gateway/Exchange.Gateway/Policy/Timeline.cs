namespace Exchange.Gateway.Policy;

/// <summary>
/// The rows of one key, which follow each other in time and never overlap. Nearly always there is one, so its days
/// and its decision lie here, beside the key, and not behind two more references.
/// </summary>
readonly struct Timeline
{
    readonly DateOnly firstDay;
    readonly DateOnly lastDay;
    readonly PolicyDecision decision;

    /// <summary>All rows, ascending by first day; null when there is but one.</summary>
    readonly PolicyRow[]? rows;
    readonly PolicyDecision[]? decisions;

    /// <param name="rows">Ascending by first day, at least one.</param>
    public Timeline(PolicyRow[] rows)
    {
        decision = PolicyDecision.Of(rows[0]);
        (firstDay, lastDay) = (rows[0].ValidFrom, rows[0].LastDay);
        if (rows.Length > 1)
            (this.rows, decisions) = (rows, [decision, .. rows.Skip(1).Select(PolicyDecision.Of)]);
    }

    /// <summary>The decision in force; null on a day without one.</summary>
    public PolicyDecision? At(DateOnly day) =>
        day >= firstDay && day <= lastDay ? decision
        : rows is null ? null
        : Search(day);

    PolicyDecision? Search(DateOnly day)
    {
        var (low, high) = (0, rows!.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (day < rows[middle].ValidFrom)
                high = middle - 1;
            else if (day > rows[middle].LastDay)
                low = middle + 1;
            else
                return decisions![middle];
        }
        return null;
    }
}
