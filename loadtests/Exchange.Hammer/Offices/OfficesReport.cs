using Exchange.Hammer.Results;

namespace Exchange.Hammer.Offices;

/// <summary>The measurement for people.</summary>
static class OfficesReport
{
    public static string Write(OfficesFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown("A day of offices, compressed", figures.Machine, figures.Load);
        text.Line($"{plan.Connected:#,0} municipalities are in the directory and connected. {plan.Towns} of them ask and answer, their adapters and that of the pension service in the generator's process, without traces; the tax agency's is a process of its own. Each has {plan.PeopleEach} residents.");
        text.Line($"Questions leave when they are due, whatever is still unanswered, and latency counts from then on. The usual rate is {plan.PerSecond:#,0} a second, a scenario takes {plan.Length.TotalSeconds:0} s. Of towns and of people the first is drawn twice as often as the second and three times as often as the third (Zipf). What an office asks first about a person is COLD, and WARM from then on.");
        text.Line($"Every answer's content was checked, and every answer was right.");
        text.Line($"");
        text.Line($"![offered and answered a second, scenario by scenario]({OfficesFigure.File})");
        text.Line($"");
        text.Line($"| scenario | offered | answered | most offered in a second | most answered | p50 ms | p99 ms | p99.9 ms | hub, cores | hub, µs an answer | hub, MB | refused |");
        text.Line($"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|");
        foreach (var scene in figures.Scenes)
        {
            var stretch = scene.Stretch;
            text.Line($"| {scene.Scenario} | {scene.Offered:#,0} | {scene.Answered:#,0} | {stretch.Offered.Max():#,0} | {stretch.Answered.Max():#,0} | {stretch.P50 / 1000:0.0} | {stretch.P99 / 1000:0.0} | {stretch.P999 / 1000:0.0} | {scene.HubCpu:0.00} | {scene.HubCpuEach:0} | {scene.HubPeak / 1e6:0} | {(stretch.Refused.Count == 0 ? "none" : string.Join(", ", stretch.Refused.Select(one => FormattableString.Invariant($"{one.Key} {one.Value:#,0}"))))} |");
        }
        text.Line($"");
        foreach (var scenario in Scenario.All)
            text.Line($"- **{scenario.Id}**: {scenario.What}.{(figures.Scenes.FirstOrDefault(one => one.Scenario == scenario.Id) is { Linked: { } linked, LinkedIn: { } seconds } ? FormattableString.Invariant($" {linked:#,0} people were linked in {seconds:0.0} s, each as the records are.") : "")}");
        text.Line($"");
        text.Line($"An adapter of a town takes {figures.EachTown / 1e6:0.0} MB in the generator's process, before it is asked anything. The hub had {figures.HubBefore / 1e6:0} MB before the {plan.Idle:#,0} municipalities connected that never ask, and {figures.HubConnected / 1e6:0} MB with them; {figures.IdleAtEnd:#,0} of those were connected at the end. What the hub spends has the heartbeats of all of them in it.");
        return text.ToString();
    }
}
