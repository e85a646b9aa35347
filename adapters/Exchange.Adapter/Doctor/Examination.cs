using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Doctor;

/// <summary>
/// Looks at an agency's adapter from beside it, in the order in which a person would: its files, its certificates and keys,
/// its surroundings, its data, the hub, the running process, and one question there and back. Nothing is changed.
/// </summary>
/// <param name="kind">Of the program, such as <c>municipality</c>.</param>
/// <param name="caller">As whom the canary question is asked.</param>
sealed class Examination(string kind, string config, string? caller, string? callerKey, TimeProvider time)
{
    /// <summary>As its configuration names it; empty while that is not known.</summary>
    public string Agency { get; private set; } = "";

    /// <param name="now">Told what is being looked at.</param>
    public async Task<IReadOnlyList<Diagnosis>> Run(Action<string> now, CancellationToken stop)
    {
        AdapterOptions options;
        try
        {
            options = AdapterOptions.Read(config, $"exchange-{kind}");
        }
        catch (ConfigurationException e)
        {
            return [.. e.Problems.Select(problem => new Diagnosis("configuration", Concern.Working, Mark.Bad, problem.ToString()!, "Correct the file; nothing else was looked at."))];
        }
        Agency = options.Agency;
        var found = new List<Diagnosis> { Diagnosis.Good("configuration", Concern.Working, $"{Path.GetFileName(config)} is good: {options.Agency}, {Counted.Of(options.Hubs.Count, "hub")}.") };
        now("certificates");
        found.AddRange(CertificateChecks.Look(options, time));
        now("keys and folders");
        found.AddRange(FileChecks.Look(options));
        now("surroundings");
        found.AddRange(SurroundingChecks.Listeners(options, SurroundingChecks.Listening()));
        found.Add(await SurroundingChecks.Internet(SurroundingChecks.Outside, stop).ConfigureAwait(false));
        now("records and people");
        found.AddRange(await DataChecks.Sources(kind, options).ConfigureAwait(false));
        found.AddRange(HoursChecks.Look(options, time));
        found.AddRange(DataChecks.People(options));
        found.Add(DataChecks.Journal(options, time));
        found.Add(DataChecks.Backup(options, time));
        found.Add(await DataChecks.Cache(options).ConfigureAwait(false));
        now("the hub");
        found.AddRange(await HubChecks.Look(kind, options, time, stop).ConfigureAwait(false));
        now("the running adapter");
        found.AddRange(await ServingChecks.Serving(options, stop).ConfigureAwait(false));
        found.Add(await ServingChecks.RoundTrip(options, caller, callerKey, time, stop).ConfigureAwait(false));
        return found;
    }
}
