namespace Exchange.Gateway.Policy;

/// <summary>The rows of one key, which follow each other in time and never overlap.</summary>
sealed class Timeline
{
    readonly DateOnly[] starts;
    readonly PolicyDecision[] decisions;

    /// <param name="rows">Ascending by first day.</param>
    public Timeline(IReadOnlyList<PolicyRow> rows)
    {
        starts = [.. rows.Select(row => row.ValidFrom)];
        decisions = [.. rows.Select(PolicyDecision.Of)];
    }

    /// <summary>The decision in force; null on a day without one.</summary>
    public PolicyDecision? At(DateOnly day)
    {
        if (starts.Length == 1)
            return InForce(0, day);
        var index = Array.BinarySearch(starts, day);
        return index >= 0 ? InForce(index, day) : index == -1 ? null : InForce(~index - 1, day);
    }

    PolicyDecision? InForce(int index, DateOnly day) => decisions[index].Row!.IsInForce(day) ? decisions[index] : null;
}
