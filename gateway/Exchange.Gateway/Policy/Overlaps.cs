using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Policy;

/// <summary>Two rows for the same parties, task and data set on the same day: the file does not say which is meant.</summary>
static class Overlaps
{
    public static void Report(string file, IEnumerable<PolicyRow> rows, Problems problems)
    {
        foreach (var group in rows.Where(IsComplete).GroupBy(row => (row.Requester, row.Task, row.Provider, row.DataSet)))
        {
            PolicyRow? longest = null;
            foreach (var row in group.OrderBy(row => row.ValidFrom).ThenBy(row => row.Line))
            {
                if (longest is not null && row.ValidFrom <= longest.LastDay)
                    Report(file, row.Line < longest.Line ? (row, longest) : (longest, row), problems);
                if (longest is null || row.LastDay > longest.LastDay)
                    longest = row;
            }
        }
    }

    /// <summary>A row with a mistake in what is compared has been reported for that.</summary>
    static bool IsComplete(PolicyRow row) =>
        row.Requester.Length > 0 && row.Task.Length > 0 && row.Provider.Length > 0 && row.DataSet.Length > 0
        && row.ValidFrom != default && row.ValidFrom <= row.LastDay;

    static void Report(string file, (PolicyRow First, PolicyRow Second) pair, Problems problems)
    {
        var (first, second) = pair;
        var what = first.ValidFrom == second.ValidFrom && first.ValidUntil == second.ValidUntil ? "repeats" : "overlaps in time with";
        problems.Add(file, second.Line, second.Column,
            $"this row {what} the row of line {first.Line}: {second.Requester} asks {second.Provider} for {second.DataSet}, task {second.Task}; keep one, or end one before the other begins");
    }
}
