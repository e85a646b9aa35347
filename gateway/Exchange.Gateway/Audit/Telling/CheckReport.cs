using System.Globalization;
using Exchange.Gateway.Audit.Checks;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Telling;

/// <summary>What checks have found, for people and for programs.</summary>
static class CheckReport
{
    static readonly string[] columns = ["check", "result", "fault", "place", "count", "says", "remedy"], shown = ["check", "result", "says"];

    /// <param name="where">What was looked at.</param>
    public static void Write(TextWriter output, RowFormat format, string where, Findings findings)
    {
        var rows = new RowWriter(output, format, format == RowFormat.Table ? shown : columns);
        foreach (var check in findings.All)
            rows.Write(format == RowFormat.Table
                ? [check.Name, check.ResultName, Says(check)]
                : [check.Name, check.ResultName, check.FaultName, check.Place, check.Count == 0 ? "" : check.Count.ToString(CultureInfo.InvariantCulture), check.Says, check.Remedy]);
        rows.Finish();
        if (format == RowFormat.Table)
            Conclude(output, where, findings);
    }

    static void Conclude(TextWriter output, string where, Findings findings)
    {
        output.WriteLine();
        var bad = findings.All.Where(check => check.Result == CheckResult.Bad).ToList();
        if (bad.Count == 0)
        {
            output.WriteLine(findings.All.Any(check => check.Result == CheckResult.NotChecked)
                ? $"Good, as far as it was checked: {where}"
                : $"Good: {where}");
            return;
        }
        output.WriteLine($"Not good: {where}");
        foreach (var one in bad.GroupBy(check => check.Remedy))
            output.WriteLine($"{string.Join(", ", one.Select(check => check.FaultName).Distinct())}: {one.Key}");
    }

    static string Says(Check check) => check.Fault == LogFault.None ? check.Says
        : string.Create(CultureInfo.InvariantCulture, $"{check.FaultName}: {check.Says}{(check.Count > 1 ? $" (the first of {check.Count:N0})" : "")}");
}
