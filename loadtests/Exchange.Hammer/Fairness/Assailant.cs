using System.Globalization;
using System.Text.Json;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Fairness;

/// <summary>
/// An agency's adapter with somebody in it who asks without end, in a process of its own that takes no processor from
/// anybody: what is measured is what reaches the exchange, and not the arithmetic of who sends it.
/// </summary>
sealed class Assailant(AgencyFolder agency, string state, FairnessPlan plan) : IAsyncDisposable
{
    readonly Family family = new(state);
    ChildProcess? child;

    /// <summary>Runs a built program of the exchange, or of this one, where an aggressor runs: on processors of its own, or with the lowest priority.</summary>
    public static ChildProcess Start(Family family, FairnessPlan plan, string name, string program, params IEnumerable<string> arguments) =>
        plan.Apart.Length > 0
            ? family.Start(name, "taskset", ["-c", plan.Apart, ChildProcess.Dotnet, program, .. arguments])
            : family.Start(name, "nice", ["-n", Text(plan.Nice), ChildProcess.Dotnet, program, .. arguments]);

    /// <summary>Returns when it asks.</summary>
    /// <param name="arguments">The verb of this program that it runs, and the options of that verb's own.</param>
    public async Task Begin(CancellationToken stop, params IEnumerable<string> arguments)
    {
        child = Start(family, plan, "assailant", typeof(Assailant).Assembly.Location,
            [.. arguments, "--config", agency.Config, "--agency", agency.Id, "--kind", agency.Kind, "--people", Text(plan.People)]);
        await Family.UntilSays(child, AssailantCommand.Ready, stop).ConfigureAwait(false);
    }

    /// <exception cref="VoidRunException">It had ended before, or did not say what it did.</exception>
    public async Task<Deeds> End()
    {
        var ended = child!;
        if (ended.HasExited)
            throw new VoidRunException($"whoever was to ask too much ended by itself. What it said last: {ended.LastLines}");
        await family.End(ended).ConfigureAwait(false);
        var said = ended.LastLines.Split(Environment.NewLine).LastOrDefault(line => line.StartsWith(AssailantCommand.Told, StringComparison.Ordinal))
            ?? throw new VoidRunException($"whoever asked too much did not say what became of it. What it said last: {ended.LastLines}");
        return JsonSerializer.Deserialize<Deeds>(said[AssailantCommand.Told.Length..])!;
    }

    public ValueTask DisposeAsync() => family.DisposeAsync();

    /// <summary>One that asks a question at a pace.</summary>
    /// <param name="pace">An option of <see cref="AssailantCommand"/>, and its value.</param>
    public Task Ask(string question, string pace, int value, CancellationToken stop) => Begin(stop, AssailantCommand.Verb, "--question", question, pace, Text(value));

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
