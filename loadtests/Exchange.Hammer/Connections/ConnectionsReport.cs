using Exchange.Hammer.Results;

namespace Exchange.Hammer.Connections;

/// <summary>The measurement for people.</summary>
static class ConnectionsReport
{
    public static string Write(ConnectionsFigures figures)
    {
        var plan = figures.Plan;
        var text = new Markdown("Idle connections, and a stalled provider", figures.Machine, figures.Load);
        text.Line($"{plan.Connections:#,0} connections of {figures.Agencies:#,0} agencies: mTLS 1.3, HTTP/2 and the greeting of a provider, in the generator's process, and nobody asks anything on them. All were open after {figures.Opening:0.0} s.");
        text.Line($"After {plan.Hold.TotalSeconds:0} s {figures.OpenAfterHold:#,0} were open still{(figures.HubCount is { } counted ? FormattableString.Invariant($" (the hub counted {counted:#,0}, those who ask and answer included)") : "")}, and {figures.OpenAtEnd:#,0} after the last round. Either side says every {HeldConnection.Limits.Heartbeat.TotalSeconds:0} s that it is there, and gives the other up after {HeldConnection.Limits.Silence.TotalSeconds:0} s of silence.");
        text.Line($"");
        text.Line($"| the hub's memory, MB | private | managed heap | still after, s |");
        text.Line($"|---|---:|---:|---:|");
        text.Line($"| without them | {figures.Before.Private / 1e6:0.0} | {figures.Before.Heap / 1e6:0.0} | {Still(figures.Before)} |");
        text.Line($"| with them | {figures.After.Private / 1e6:0.0} | {figures.After.Heap / 1e6:0.0} | {Still(figures.After)} |");
        text.Line($"| each, KB | {figures.PrivateEach / 1e3:0.0} | {figures.HeapEach / 1e3:0.0} | |");
        text.Line($"");
        text.Line($"Private memory is RssAnon, read twice a second from a full, blocking collection on until eight readings lay within half a percent. A KB has 1,000 bytes.");
        text.Line($"");
        text.Line($"## Others' lookups, WARM, {plan.Concurrency} at once, {plan.Length.TotalSeconds:0} s each, in turns");
        text.Line($"");
        text.Line($"The stalled provider confirms sessions and reads every question, and answers none. {plan.Stuck} ask it at once, from the same adapter as the others, each again when the hub's deadline has refused it. The idle connections are open meanwhile.");
        text.Line($"");
        text.Line($"| round | | answers/s | p50 µs | p99 µs | p99.9 µs | hub, MB | p99 raised by |");
        text.Line($"|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (at, round) in figures.Rounds.Index())
        {
            text.Line($"| {at + 1} | without | {round.Without.PerSecond:#,0} | {round.Without.P50:#,0} | {round.Without.P99:#,0} | {round.Without.P999:#,0} | {round.Without.HubPrivate / 1e6:0.0} | |");
            text.Line($"| | beside it, {round.Stuck:#,0} questions unanswered | {round.With.PerSecond:#,0} | {round.With.P50:#,0} | {round.With.P99:#,0} | {round.With.P999:#,0} | {round.With.HubPrivate / 1e6:0.0} | {round.Raised:0.0} % |");
        }
        text.Line($"");
        text.Line($"- Memory each: **{figures.PrivateEach / 1e3:0.0} KB**. Wanted with {ConnectionsPlan.Wanted:#,0}: at most {Targets.ConnectionKilobytes} KB; {Markdown.Met(figures.PrivateEach <= Targets.ConnectionKilobytes * 1e3)}.");
        text.Line($"- p99 raised by **{Markdown.Tenths(figures.Raised)} %**, the median of the rounds, lowest and highest in brackets. Wanted: at most {Targets.StallPercent} %; {Markdown.Met(figures.Raised.Median <= Targets.StallPercent)}.");
        return text.ToString();
    }

    static string Still(Machine.SettledMemory memory) => FormattableString.Invariant($"{memory.Seconds:0.0}{(memory.IsSettled ? "" : " (it still moved)")}");
}
