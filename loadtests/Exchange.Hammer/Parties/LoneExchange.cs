using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Parties;

/// <summary>An exchange that is measured by itself, with nobody to compare it with.</summary>
sealed class LoneExchange : IAsyncDisposable
{
    /// <summary>Of each adapter to the hub, as it ships.</summary>
    const int Connections = 2;

    readonly SpanCollector collector;

    LoneExchange(SpanCollector collector, ExchangeFolder folder, LiveExchange live) => (this.collector, Folder, Live) = (collector, folder, live);

    public ExchangeFolder Folder { get; }

    public LiveExchange Live { get; }

    /// <summary>WARM lookups, the smallest that there are.</summary>
    public IContender Lookups { get; private init; } = null!;

    /// <inheritdoc cref="Start(string, int, Func{ExchangeFolder, Task}, IProgress{string}, CancellationToken, bool, int)"/>
    public static Task<LoneExchange> Start(string state, int people, Action<ExchangeFolder> prepare, IProgress<string> progress, CancellationToken stop) => Start(state, people, folder =>
    {
        prepare(folder);
        return Task.CompletedTask;
    }, progress, stop);

    /// <param name="prepare">Changes the files before anybody reads them.</param>
    /// <param name="everybody">People of all agencies are enrolled, and not only of the two that ask and answer.</param>
    /// <param name="mostAsked">People, at the most, who are asked about.</param>
    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public static async Task<LoneExchange> Start(string state, int people, Func<ExchangeFolder, Task> prepare, IProgress<string> progress, CancellationToken stop, bool everybody = false, int mostAsked = int.MaxValue)
    {
        var collector = await SpanCollector.Start().ConfigureAwait(false);
        var folder = MeasuredFolder.Open(state, people, Connections, collector.Address);
        var live = new LiveExchange(folder, state, [DirectRecords.AnswerSize], Connections) { EnrolsEverybody = everybody, MostAsked = mostAsked };
        try
        {
            await prepare(folder).ConfigureAwait(false);
            await live.Start(hasLocalApi: false, progress, stop).ConfigureAwait(false);
            return new LoneExchange(collector, folder, live) { Lookups = live.Lookups(Lineup.Warm).Sizes[DirectRecords.AnswerSize].Contender };
        }
        catch
        {
            await new LoneExchange(collector, folder, live).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Live.DisposeAsync().ConfigureAwait(false);
        await collector.DisposeAsync().ConfigureAwait(false);
        Folder.Dispose();
    }
}
