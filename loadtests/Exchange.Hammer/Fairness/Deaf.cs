using System.Diagnostics;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Fairness;

/// <summary>
/// A town that stops reading from its connection, and the pension service, which goes on asking it. What the hub writes fills
/// the window of HTTP/2, or of TCP before it, and then lies at the hub.
/// </summary>
sealed class Deaf(ExchangeFolder folder, string state, FairnessPlan plan) : IAggressor
{
    /// <summary>As SocketsHttpHandler has it: so much may come on a stream before somebody reads.</summary>
    const int StreamWindow = 65_535;

    /// <summary>Of the window, what must lie unread: some of it was used before.</summary>
    const int Enough = StreamWindow / 2;

    /// <summary>That no byte comes in, though questions wait.</summary>
    static readonly TimeSpan still = TimeSpan.FromSeconds(1);

    /// <summary>What comes beside questions: a PING, a credit for heartbeats.</summary>
    const int Beside = 4096;

    static readonly TimeSpan look = TimeSpan.FromMilliseconds(20);

    readonly Assailant asker = new(folder.Agency(ExchangePlan.Pension), state, plan);
    DeafNode? node;
    int filled;

    public string What => FormattableString.Invariant(
        $"Another town stops reading from its connection, which stays open. {plan.Stuck} at the pension service ask it at once, each again when the hub's deadline has refused it. Nothing more than a window of HTTP/2 ({StreamWindow:#,0} bytes) could be written to it: it lay in the town's socket, and for a second before the half and all through it no byte of a question came in.");

    public async Task Begin(CancellationToken stop)
    {
        node = new DeafNode(folder.Agency(ExchangePlan.Osaka), folder);
        await node.Open(stop).ConfigureAwait(false);
        await asker.Ask(AssailantCommand.Household, AssailantCommand.AtOnce, plan.Stuck, stop).ConfigureAwait(false);
        await Until("no question had reached the town that shall stop reading", () => node.Read > 0, stop).ConfigureAwait(false);
        node.StopReading();
        var (since, last) = (Stopwatch.GetTimestamp(), -1);
        await Until("the window of the town that stopped reading was not filled", () =>
        {
            if (node.Unread is var unread && unread != last)
                (since, last) = (Stopwatch.GetTimestamp(), unread);
            return last >= Enough && Stopwatch.GetElapsedTime(since) >= still;
        }, stop).ConfigureAwait(false);
        filled = last;
    }

    public async Task<Deeds> End()
    {
        var (isOpen, unread) = (node!.IsOpen, node.Unread);
        var deeds = await asker.End().ConfigureAwait(false);
        await node.DisposeAsync().ConfigureAwait(false);
        node = null;
        if (!isOpen || unread < filled || unread > filled + Beside)
            throw new VoidRunException($"the town that stopped reading had {filled} bytes unread before the half and {unread} after it{(isOpen ? "" : ", and the hub gave its connection up")}");
        return deeds.Answered == 0 ? deeds with { Unread = unread } : throw new VoidRunException("questions to a town that answers nothing were answered");
    }

    public async ValueTask DisposeAsync()
    {
        await asker.DisposeAsync().ConfigureAwait(false);
        if (node is not null)
            await node.DisposeAsync().ConfigureAwait(false);
    }

    static async Task Until(string otherwise, Func<bool> isSo, CancellationToken stop)
    {
        for (var started = Stopwatch.GetTimestamp(); !isSo();)
        {
            if (Stopwatch.GetElapsedTime(started) > Family.Patience)
                throw new VoidRunException($"{otherwise} after {Family.Patience.TotalSeconds:0} s");
            await Task.Delay(look, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }
}
