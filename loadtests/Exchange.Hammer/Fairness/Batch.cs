using System.Diagnostics;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.Sandbox.Residents;
using Grpc.Core;

namespace Exchange.Hammer.Fairness;

/// <summary>The pension service, which links a long list; it and the town that it asks have programs of their own, which yield the processor.</summary>
sealed class Batch : IAggressor
{
    /// <summary>At first, until everybody knows everybody.</summary>
    const int Few = 16;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    readonly FairnessPlan plan;
    readonly Family family;
    readonly LocalSystem system;
    readonly IReadOnlyList<Resident> residents, people;
    readonly Count done = new();
    CancellationTokenSource enough = new();
    Task running = Task.CompletedTask;
    long began;
    int next;

    Batch(ExchangeFolder folder, Family family, FairnessPlan plan)
    {
        (this.family, this.plan) = (family, plan);
        var pension = folder.Agency(ExchangePlan.Pension);
        system = new LocalSystem(pension, folder.Root, connections: 1);
        residents = folder.Residents;
        people = plan.OnList(folder.ResidentsOf(pension), ExchangePlan.Osaka);
    }

    public string What => FormattableString.Invariant(
        $"The pension service links a list of {plan.List:#,0} people, whom it asks the provider of everybody and another town about. It has the victim's quota, which it does not reach; it takes the next people of the list in each round.");

    /// <summary>Returns when lists are linked.</summary>
    public static async Task<Batch> Start(ExchangeFolder folder, string state, FairnessPlan plan, CancellationToken stop)
    {
        var batch = new Batch(folder, new Family(state), plan);
        try
        {
            using var http = new HttpClient();
            foreach (var agency in new[] { folder.Agency(ExchangePlan.Pension), folder.Agency(ExchangePlan.Osaka) })
                await Family.UntilReady(Assailant.Start(batch.family, plan, agency.Id, Programs.Adapter(agency.Kind), "serve", "--config", agency.Config), agency.Ready, http, stop).ConfigureAwait(false);
            await batch.UntilLinked(stop).ConfigureAwait(false);
            return batch;
        }
        catch
        {
            await batch.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task Begin(CancellationToken stop)
    {
        enough.Dispose();
        enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        (began, done.Value) = (Stopwatch.GetTimestamp(), 0);
        running = Task.Run(() => Link(enough.Token), CancellationToken.None);
        while (done.Value == 0)
        {
            Check();
            if (Stopwatch.GetElapsedTime(began) > Family.Patience)
                throw new VoidRunException($"nobody of the list was linked within {Family.Patience.TotalSeconds:0} s");
            await Task.Delay(pause / 10, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    public async Task<Deeds> End()
    {
        Check();
        var linked = done.Value;
        var seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 2);
        await enough.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        next = (int)((next + linked) % people.Count);
        return new Deeds(linked, linked, new Dictionary<string, long>(), seconds, Unread: null);
    }

    public async ValueTask DisposeAsync()
    {
        await enough.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        enough.Dispose();
        system.Dispose();
        await family.DisposeAsync().ConfigureAwait(false);
    }

    void Check()
    {
        if (running.IsFaulted)
            throw new VoidRunException($"the list was not linked on: {running.Exception.InnerException!.Message}");
    }

    /// <summary>From where the round before ended, and from the first again when nobody is left.</summary>
    async Task Link(CancellationToken stop)
    {
        IReadOnlyList<Resident> list = [.. people.Skip(next), .. people.Take(next)];
        try
        {
            while (!stop.IsCancellationRequested)
                await new LinkedList(system, residents, done).Link(list, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && stop.IsCancellationRequested)
        {
        }
    }

    async Task UntilLinked(CancellationToken stop)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
            try
            {
                await new LinkedList(system, residents, done).Link([.. people.Take(Few)], stop).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is VoidRunException or CallFailedException && Stopwatch.GetElapsedTime(started) < Family.Patience)
            {
                await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(false);
            }
    }

    sealed class Count : IProgress<int>
    {
        long value;

        public long Value
        {
            get => Interlocked.Read(ref value);
            set => Interlocked.Exchange(ref this.value, value);
        }

        void IProgress<int>.Report(int _) => Interlocked.Increment(ref value);
    }
}
