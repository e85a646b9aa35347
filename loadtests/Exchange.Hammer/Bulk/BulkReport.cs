using Exchange.Adapter.Answering;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Bulk;

/// <summary>The measurement for people.</summary>
static class BulkReport
{
    public static string Write(BulkFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown($"A list of {FormattableString.Invariant($"{plan.People:#,0}")} insured persons linked", figures.Machine, figures.Load);
        text.Line($"The pension service's adapter was given the list in one call of its `LinkingService`, as its `link` command gives it, and asked a town about the household and the tax agency about employments of each. All lookups were COLD. Every result was compared with what the records were written from, and every one was right.");
        text.Line($"Before that {figures.Enrolled:#,0} people of four agencies were enrolled in {figures.EnrolledIn:#,0.0} s, {figures.Enrolled / figures.EnrolledIn:#,0} a second.");
        text.Line($"");
        text.Line($"| | |");
        text.Line($"|---|---:|");
        text.Line($"| from the first item to the last result, s | {figures.Seconds:#,0.00} |");
        text.Line($"| people a second | {figures.PerSecond:#,0} |");
        text.Line($"| questions, each with its receipt | {figures.Questions:#,0} |");
        text.Line($"| COLD lookups that the hub counted | {(figures.Cold is { } cold ? FormattableString.Invariant($"{cold:#,0}") : "it did not say")} |");
        text.Line($"| one multiplication of a point on one thread, µs | {Markdown.Tenths(figures.Multiplication)} |");
        text.Line($"| {Targets.Multiplications} of them a question on {figures.Machine.Cores} cores, s | {figures.Bound:#,0.00} |");
        text.Line($"| **time : bound** | **{figures.TimesBound:0.00}** |");
        text.Line($"| share of all cores that the exchange and the generator used | {figures.Busy * 100:0} % |");
        text.Line($"");
        text.Line($"| process | CPU µs a person |");
        text.Line($"|---|---:|");
        foreach (var (process, cpu) in figures.Cpu)
            text.Line($"| {process} | {cpu:#,0.0} |");
        text.Line($"");
        text.Line($"Wanted with {BulkPlan.Wanted:#,0} people: at most {Targets.TimesBound} times the bound; {Markdown.Met(figures.TimesBound <= Targets.TimesBound)}. Households are a protected data set, whose answers leave at multiples of {Schedule.Pace.TotalMilliseconds:0} ms: while the cores are not all busy, the list waits for that.");
        return text.ToString();
    }
}
