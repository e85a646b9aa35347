using System.Diagnostics;
using System.Globalization;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Bulk;

/// <summary>The pension service, the tax agency and two towns, each adapter a process of its own; and one list through all of them.</summary>
sealed class BulkMeasurer(BulkPlan plan, string state, IProgress<string> progress)
{
    /// <summary>Of each adapter to the hub, as it ships.</summary>
    const int Connections = 2;

    /// <summary>Readings of the curve's cost, before the list and after it.</summary>
    const int Readings = 3;

    static readonly TimeSpan untilNext = TimeSpan.FromSeconds(1);

    /// <exception cref="VoidRunException">A result was wrong.</exception>
    /// <exception cref="CallFailedException">The list ended before its end.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public async Task<BulkFigures> Run(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        await using var collector = await SpanCollector.Start().ConfigureAwait(false);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"writing the records of {plan.Residents:#,0} residents"));
        using var folder = MeasuredFolder.Open(state, plan.Residents, Connections, collector.Address);
        await using var processes = new ExchangeProcesses(folder, state);
        await processes.StartHub(progress, stop).ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        await processes.Enrol(folder.Agencies, progress, stop).ConfigureAwait(false);
        var (enrolled, enrolledIn) = (folder.Agencies.Sum(agency => folder.ResidentsOf(agency).Count()), Stopwatch.GetElapsedTime(started));
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{enrolled:#,0} people of four agencies enrolled in {enrolledIn.TotalSeconds:0} s; starting their adapters"));

        var parties = new Dictionary<string, int> { ["hub"] = processes.Hub.Id, ["generator"] = Environment.ProcessId };
        foreach (var agency in folder.Agencies)
            parties[agency.Id] = (await processes.StartAdapter(agency, agency.Id, stop).ConfigureAwait(false)).Id;
        using var system = new LocalSystem(folder.Agency(ExchangePlan.Pension), folder.Root, connections: 1);
        var (list, first) = plan.Split(folder.ResidentsOf(folder.Agency(ExchangePlan.Pension)));
        await processes.While(() => UntilLinked(new LinkedList(system, folder.Residents, new Quiet()), first, stop)).ConfigureAwait(false);

        progress.Report(string.Create(CultureInfo.InvariantCulture, $"linking a list of {list.Length:#,0} people"));
        var multiplications = Enumerable.Range(0, Readings).Select(_ => CurveCost.Multiplication()).ToList();
        var before = await processes.Metrics.Read(stop).ConfigureAwait(false);
        var spent = parties.ToDictionary(one => one.Key, one => ProcessTimes.Cpu(one.Value));
        var took = await processes.While(() => new LinkedList(system, folder.Residents, new Pace(list.Length, progress)).Link(list, stop)).ConfigureAwait(false);
        var cpu = parties.ToDictionary(one => one.Key, one => Math.Round((ProcessTimes.Cpu(one.Value) - spent[one.Key]).TotalMicroseconds / list.Length, 1));
        var after = await processes.Metrics.Read(stop).ConfigureAwait(false);
        multiplications.AddRange(Enumerable.Range(0, Readings).Select(_ => CurveCost.Multiplication()));
        return new BulkFigures(
            began, machine, load, plan, Spread.Of(multiplications), enrolled, Math.Round(enrolledIn.TotalSeconds, 1), Math.Round(took.TotalSeconds, 3),
            list.Sum(one => (long)DueLink.Of(one, folder.Residents).Questions), after.Cold - before.Cold, cpu);
    }

    /// <summary>A start takes a moment to be known to everybody: until then somebody is away.</summary>
    static async Task<TimeSpan> UntilLinked(LinkedList list, IReadOnlyList<Sandbox.Residents.Resident> people, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
            try
            {
                return await list.Link(people, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is VoidRunException or CallFailedException && Stopwatch.GetElapsedTime(started) < Family.Patience)
            {
                await Task.Delay(untilNext, TimeProvider.System, stop).ConfigureAwait(false);
            }
    }

    sealed class Quiet : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }

    /// <summary>A line every few seconds.</summary>
    sealed class Pace(int all, IProgress<string> progress) : IProgress<int>
    {
        static readonly TimeSpan every = TimeSpan.FromSeconds(5);

        readonly long started = Stopwatch.GetTimestamp();
        long told = Stopwatch.GetTimestamp();

        public void Report(int value)
        {
            if (Stopwatch.GetElapsedTime(told) < every)
                return;
            told = Stopwatch.GetTimestamp();
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"  {value:#,0} of {all:#,0}, {value / Stopwatch.GetElapsedTime(started).TotalSeconds:#,0} a second"));
        }
    }
}
