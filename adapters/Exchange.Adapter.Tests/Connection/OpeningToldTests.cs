using System.Threading.Channels;
using Exchange.Adapter.Connection;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Tests.Connection;

/// <summary>When an agency is closed is said to whichever hub is connected, and again to one that comes back.</summary>
public sealed class OpeningToldTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly Channel<Opening> told = Channel.CreateUnbounded<Opening>();

    [Fact]
    public async Task A_hub_is_told_after_its_welcome_and_at_each_change_and_what_holds_when_it_is_dialled_again()
    {
        await using var hub = await ScriptedHub.Start();
        var hangUp = new TaskCompletionSource();
        var dialled = 0;
        hub.Connect = (frames, replies, context) => Hear(frames, replies, Interlocked.Increment(ref dialled) == 1 ? hangUp.Task : new TaskCompletionSource().Task);
        await using var agency = await RunningAgency.Start(new AgencyKind("pension", "An agency"), "{ task: audit, data_sets: [tax.income.v1] }", hub.Authority, hub.Address);
        var maintenance = new Opening { Closures = { new Closure { FromUnixMs = 1, UntilUnixMs = 2 } } };

        // One that is always open says so.
        Assert.Empty((await Next()).Closures);
        agency.Part<HubConnections>().Tell(maintenance);
        Assert.Equal(maintenance, await Next());
        hangUp.SetResult();
        Assert.Equal(maintenance, await Next());
    }

    Task<Opening> Next() => told.Reader.ReadAsync().AsTask().WaitAsync(patience);

    async Task Hear(IAsyncStreamReader<Frame> frames, IServerStreamWriter<Frame> replies, Task until)
    {
        await replies.WriteAsync(new Frame { Welcome = new Welcome { ProtocolVersion = 1, Hub = "hub-1" }, Window = 16 });
        while (await Task.WhenAny(frames.MoveNext(default), until) is Task<bool> moved && await moved)
            if (frames.Current.Opening is { } opening)
                told.Writer.TryWrite(opening);
    }
}
