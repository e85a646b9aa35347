using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Fairness;

/// <summary>The measurement for people.</summary>
static class FairnessReport
{
    /// <summary>Of the processors, above which it is no wonder that everybody waits.</summary>
    const double Saturated = 0.9;

    public static string Write(FairnessFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown("Whether one agency spoils it for another", figures.Machine, figures.Load);
        text.Line($"A town asks the tax agency {figures.PerSecond:#,0} times a second, WARM, whether or not earlier questions are answered: {plan.Percent} % of the {figures.Reached:#,0} that {plan.Concurrency} at once reached before. {plan.Rounds} rounds of {plan.Length.TotalSeconds:0.##} s without and {plan.Length.TotalSeconds:0.##} s beside each aggressor, in turns{(plan.Unjudged > 0 ? FormattableString.Invariant($", and {plan.Unjudged} before them that do not count, since code is compiled in them") : "")}; medians, lowest and highest in brackets. Latency counts from the moment a question should have left. Every answer of the town was checked.");
        text.Line($"");
        if (plan.Apart.Length > 0)
            text.Line($"Aggressors are processes of their own on a processor of their own ({plan.Apart}), and everybody else shares the rest: what they do reaches the others through the exchange alone.");
        else
            text.Line($"Aggressors are processes of their own with nice {plan.Nice}: this machine is everybody's, and the arithmetic of whoever does too much would be measured otherwise, and not what the exchange does about it.");
        text.Line($"");
        text.Line($"| | p50 µs | p99 µs | p99.9 µs | p50 raised by, % | p99 raised by, % | hub, cores | provider, cores | their processors busy |");
        text.Line($"|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var one in figures.Aggressors)
        {
            Half(text, $"without the {one.Name}", one.Rounds.Select(round => round.Without), "", "");
            Half(text, "beside it", one.Rounds.Select(round => round.Beside), Markdown.Tenths(one.RaisedP50), Markdown.Tenths(one.Raised));
        }
        foreach (var one in figures.Aggressors)
            Judge(text, one);
        return text.ToString();
    }

    public static string Refusals(IReadOnlyDictionary<string, long> refused) =>
        refused.Count == 0 ? "none was refused" : string.Join(", ", refused.Select(one => FormattableString.Invariant($"{one.Value:#,0} were refused with {one.Key}")));

    static void Half(Markdown text, string what, IEnumerable<VictimHalf> halves, string raisedP50, string raised)
    {
        string Whole(Func<VictimHalf, double> of) => Markdown.Whole(Spread.Of(halves.Select(of)));
        double Middle(Func<VictimHalf, double> of) => Spread.Of(halves.Select(of)).Median;
        text.Line($"| {what} | {Whole(half => half.P50)} | {Whole(half => half.P99)} | {Whole(half => half.P999)} | {raisedP50} | {raised} | {Middle(half => half.HubCores):0.00} | {Middle(half => half.ProviderCores):0.00} | {Middle(half => half.Busy) * 100:0} % |");
    }

    static void Judge(Markdown text, AggressorFigures one)
    {
        var (without, beside) = (one.Rounds.Select(round => round.Without), one.Rounds.Select(round => round.Beside));
        var refused = one.Rounds.SelectMany(round => round.Deeds.Refused).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Sum(pair => pair.Value));
        var seconds = one.Rounds.Sum(round => round.Deeds.Seconds);
        var isMet = one.Raised.Median <= Targets.StallPercent;
        text.Line($"");
        text.Line($"## {one.Name}");
        text.Line($"");
        text.Line($"{one.What}");
        text.Line($"");
        text.Line($"- In all rounds together, {seconds:#,0} s: {one.Rounds.Sum(round => round.Deeds.Asked):#,0} asked ({one.Rounds.Sum(round => round.Deeds.Asked) / seconds:#,0} a second), {one.Rounds.Sum(round => round.Deeds.Answered):#,0} answered; {Refusals(refused)}.");
        if (one.Rounds.All(round => round.Deeds.Unread is not null))
            text.Line($"- Unread in the socket: {Markdown.Whole(Spread.Of(one.Rounds.Select(round => (double)round.Deeds.Unread!.Value)))} bytes.");
        text.Line($"- p99 raised by **{Markdown.Tenths(one.Raised)} %**. Wanted: at most {Targets.StallPercent} %; {Markdown.Met(isMet)}.");
        if (!isMet)
            text.Line($"- The hub used {Cores(beside, half => half.HubCores) - Cores(without, half => half.HubCores):+0.00;-0.00} cores more than without it, the provider {Cores(beside, half => half.ProviderCores) - Cores(without, half => half.ProviderCores):+0.00;-0.00}. {Cause(Cores(beside, half => half.Busy))}");
    }

    static double Cores(IEnumerable<VictimHalf> halves, Func<VictimHalf, double> of) => Spread.Of(halves.Select(of)).Median;

    static string Cause(double busy) => busy >= Saturated
        ? FormattableString.Invariant($"The processors it shares with the hub and the provider were {busy * 100:0} % busy: they were what there was too little of.")
        : FormattableString.Invariant($"The processors it shares with the hub and the provider were {busy * 100:0} % busy, so they alone do not explain it.");
}
