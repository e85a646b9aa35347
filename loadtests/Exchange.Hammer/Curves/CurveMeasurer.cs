using System.Globalization;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Curves;

/// <summary>Each curve by itself: an exchange for each point, all of them up at the same time, and measured in turns.</summary>
sealed class CurveMeasurer(CurvesPlan plan, string state, IProgress<string> progress)
{
    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="ChildFailedException">A process ended, or not even the smallest point came up.</exception>
    public async Task<CurvesFigures> Run(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        var curves = new List<CurveFigures>();
        foreach (var curve in Curve.All.Where(one => plan.Curves.Contains(one.Name)))
            curves.Add(await Measure(curve, stop).ConfigureAwait(false));
        return new CurvesFigures(began, machine, load, plan, curves);
    }

    public async Task<CurveFigures> Measure(Curve curve, CancellationToken stop)
    {
        var points = new List<Point>();
        var missing = new List<MissingPoint>();
        try
        {
            foreach (var size in plan.Sizes(curve))
                if (await TryStart(curve, size, missing, stop).ConfigureAwait(false) is { } point)
                    points.Add(point);
            if (points.Count == 0)
                throw new ChildFailedException(missing[0].Why);
            foreach (var point in points)
            {
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"{curve.Name}: warming up {point.Size:#,0} for {plan.WarmUp.TotalSeconds:0} s"));
                await point.Exchange.Live.While(() => ClosedLoop.Run(point.Contender, plan.Concurrency, plan.WarmUp, stop)).ConfigureAwait(false);
            }
            for (var round = 1; round <= plan.Rounds; round++)
                foreach (var point in points)
                    point.Rounds.Add(await Measure($"[{round}/{plan.Rounds}] {curve.Name}", point, stop).ConfigureAwait(false));
            return new CurveFigures(curve.Name, [.. points.Select(point => new CurvePoint(point.Size, point.Exchange.Live.StartUp, point.HubLive, point.AdapterLive, point.Rounds))], missing);
        }
        finally
        {
            foreach (var point in points)
                await point.Exchange.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task<Point?> TryStart(Curve curve, int size, List<MissingPoint> missing, CancellationToken stop)
    {
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{curve.Name}: {size:#,0} {curve.What}"));
        try
        {
            var folder = Path.Combine(state, string.Create(CultureInfo.InvariantCulture, $"{curve.Name}-{size}"));
            var exchange = await LoneExchange.Start(folder, plan.People, files => curve.Fill(files, size, progress, stop), progress, stop).ConfigureAwait(false);
            return await Point.Of(size, exchange, stop).ConfigureAwait(false);
        }
        catch (ChildFailedException e)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"not measured: {size:#,0}: {e.Message}"));
            missing.Add(new MissingPoint(size, e.Message));
            return null;
        }
    }

    async Task<Round> Measure(string what, Point point, CancellationToken stop)
    {
        try
        {
            var round = await point.Exchange.Live.While(() => Stopwatches.Measure(point.Runner, () => ClosedLoop.Run(point.Contender, plan.Concurrency, plan.Length, stop), stop)).ConfigureAwait(false);
            progress.Report(string.Create(CultureInfo.InvariantCulture,
                $"{what,-18} {point.Size,11:#,0} {round.PerSecond,9:#,0}/s   p50 {round.P50,7:#,0} us   p99 {round.P99,7:#,0} us   hub {round.HubCpu,5:0.0} us   provider {round.ProviderCpu,5:0.0} us"));
            return round;
        }
        catch (TooFewAnswersException e)
        {
            throw new VoidRunException(e.Message);
        }
    }

    sealed class Point(int size, LoneExchange exchange)
    {
        public int Size => size;

        public double? HubLive { get; private init; }

        public double? AdapterLive { get; private init; }

        public LoneExchange Exchange => exchange;

        public Runner Runner { get; } = exchange.Live.Lookups(Lineup.Warm);

        public IContender Contender => Runner.Sizes[DirectRecords.AnswerSize].Contender;

        public List<Round> Rounds { get; } = [];

        public static async Task<Point> Of(int size, LoneExchange exchange, CancellationToken stop)
        {
            using var http = new HttpClient();
            var (live, provider) = (exchange.Live, exchange.Live.Lookups(Lineup.Warm).Provider);
            return new Point(size, exchange)
            {
                HubLive = await Live(live.Hub, live.HubMetrics, stop).ConfigureAwait(false),
                AdapterLive = await Live(provider, new HubMetrics(http, new Uri(exchange.Folder.Agency(ExchangePlan.Tax).Ready, "/metrics")), stop).ConfigureAwait(false),
            };
        }

        /// <summary>What reading the files left behind is not what there is more of.</summary>
        static async Task<double?> Live(int process, HubMetrics metrics, CancellationToken stop)
        {
            await FullCollection.Of(process, stop).ConfigureAwait(false);
            return (await metrics.Read(stop).ConfigureAwait(false)).Heap / 1e6;
        }
    }
}
