using System.Threading.Channels;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Tests.Connection;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Adapter.Tests.Asking;

/// <summary>Sessions offered to a node that never confirms them.</summary>
public sealed class OpenSessionsTests : IAsyncLifetime
{
    const string Tax = "jp.tax";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly Channel<OfferItem> offers = Channel.CreateUnbounded<OfferItem>();
    readonly Channel<ulong> cancels = Channel.CreateUnbounded<ulong>();
    ScriptedHub hub = null!;
    RunningAgency agency = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await ScriptedHub.Start();
        using var signer = new AgencySigner(hub.Authority.IssueAgency(Tax));
        using var keys = new NodeKeys(signer, TimeProvider.System, "silent");
        var bundle = keys.Bundle;
        hub.Bundle = _ => Task.FromResult(new GetBundleResponse { Bundle = bundle });
        hub.Connect = async (frames, replies, context) =>
        {
            await replies.WriteAsync(new Frame { Welcome = new Welcome { ProtocolVersion = 1, Hub = "hub-1" }, Window = 16 });
            while (await frames.MoveNext(context.CancellationToken) && frames.Current.Drain is null)
            {
                foreach (var offer in frames.Current.Offers)
                    offers.Writer.TryWrite(offer);
                foreach (var id in frames.Current.Cancels)
                    cancels.Writer.TryWrite(id);
            }
        };
        agency = await RunningAgency.Start(new AgencyKind("pension", "An agency"), "{ task: audit, data_sets: [tax.income.v1] }", hub.Authority, hub.Address);
        await agency.Part<HubConnections>().WaitUntilOpen(TestContext.Current.CancellationToken).WaitAsync(patience);
    }

    public async ValueTask DisposeAsync()
    {
        await agency.DisposeAsync();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task An_offer_waits_no_longer_than_the_patience_that_is_left()
    {
        var (session, refusal) = await agency.Part<OpenSessions>().Get(Tax, null, TimeSpan.FromMilliseconds(700), TestContext.Current.CancellationToken).AsTask().WaitAsync(patience);

        Assert.Null(session);
        Assert.Equal(Reason.DeadlineExceeded, refusal?.Reason);
        Assert.InRange((await Next(offers)).TimeoutMs, 1u, 700u);
    }

    [Fact]
    public async Task An_offer_that_nobody_waits_for_any_longer_ends_at_once_and_the_hub_is_told()
    {
        using var cancelled = new CancellationTokenSource();
        var opening = agency.Part<OpenSessions>().Get(Tax, null, TimeSpan.FromSeconds(10), cancelled.Token).AsTask();
        var offer = await Next(offers);
        Assert.Equal(5000u, offer.TimeoutMs);

        await cancelled.CancelAsync();

        Assert.Equal(Reason.Cancelled, (await opening.WaitAsync(patience)).Refusal?.Reason);
        Assert.Equal(offer.Id, await Next(cancels));
    }

    [Fact]
    public async Task Without_patience_nothing_is_offered()
    {
        var (_, refusal) = await agency.Part<OpenSessions>().Get(Tax, null, TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(Reason.DeadlineExceeded, refusal?.Reason);
        Assert.Equal(0, offers.Reader.Count);
    }

    static Task<T> Next<T>(Channel<T> channel) => channel.Reader.ReadAsync().AsTask().WaitAsync(patience);
}
