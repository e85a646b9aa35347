using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Grpc.Core;

namespace Exchange.Hammer.Commands;

/// <summary>Started by a run as a process of its own: a system of the pension service that has a list linked until it is stopped, and says then how many were.</summary>
static class ListerCommand
{
    public const string Verb = "lister";

    public const string LocalApi = "--local-api", Root = "--root", List = "--list", First = "--first";

    /// <summary>At first, until everybody knows everybody.</summary>
    const int Few = 16;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "Of the agency's adapter.", Required = true, HelpName = "FILE" };
        var agency = new Option<string>("--agency") { Description = "Its id.", Required = true };
        var kind = new Option<string>("--kind") { Description = "Its kind.", Required = true };
        var people = new Option<int>("--people") { Description = "Residents of the exchange.", Required = true };
        var localApi = new Option<string>(LocalApi) { Description = "Where its adapter serves its systems.", Required = true };
        var root = new Option<string>(Root) { Description = "The CA of the exchange.", Required = true, HelpName = "FILE" };
        var list = new Option<int>(List) { Description = "People on the list.", Required = true };
        var first = new Option<int>(First) { Description = "Which of them comes first, from 0." };
        var command = new Command(Verb, "Have a list linked until stopped. A run starts this by itself.") { config, agency, kind, people, localApi, root, list, first };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new AgencyFolder(
                parsed.GetRequiredValue(agency), parsed.GetRequiredValue(kind), parsed.GetRequiredValue(agency), Path.GetDirectoryName(parsed.GetRequiredValue(config))!,
                new Uri(parsed.GetRequiredValue(localApi)), new Uri("about:blank")),
            parsed.GetRequiredValue(root), parsed.GetRequiredValue(people), parsed.GetRequiredValue(list), parsed.GetValue(first), stop)));
        return command;
    }

    static async Task<int> Run(AgencyFolder agency, string root, int people, int list, int first, CancellationToken stop)
    {
        var residents = Population.Draw(people, [ExchangePlan.Chiyoda, ExchangePlan.Osaka]);
        var listed = FairnessPlan.OnList(residents.Where(one => one.IsKnownToPension), ExchangePlan.Osaka, list);
        using var system = new LocalSystem(agency, root, connections: 1);
        var linked = new Count();
        await UntilLinked(new LinkedList(system, residents, linked), [.. listed.Take(Few)], stop).ConfigureAwait(false);
        linked.Value = 0;
        var began = Stopwatch.GetTimestamp();
        var running = Link(new LinkedList(system, residents, linked), [.. listed.Skip(first), .. listed.Take(first)], stop);
        Console.WriteLine(AssailantCommand.Ready);
        await running.ConfigureAwait(false);
        var seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 2);
        Console.WriteLine(AssailantCommand.Told + JsonSerializer.Serialize(new Deeds(linked.Value, linked.Value, new Dictionary<string, long>(), seconds, Unread: null)));
        return Outcome.Done;
    }

    static async Task UntilLinked(LinkedList lists, IReadOnlyList<Resident> few, CancellationToken stop)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
            try
            {
                await lists.Link(few, stop).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is VoidRunException or CallFailedException && Stopwatch.GetElapsedTime(started) < Family.Patience)
            {
                await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(false);
            }
    }

    /// <summary>From its first again when nobody is left.</summary>
    static async Task Link(LinkedList lists, IReadOnlyList<Resident> list, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                await lists.Link(list, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && stop.IsCancellationRequested)
        {
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
