using System.Threading.Channels;
using Exchange.Adapter.Connection;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Tests.Connection;

/// <summary>A hub that answers nonsense ends nothing at the adapter but the call it answers.</summary>
public sealed class HubNonsenseTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_hub_that_refuses_in_words_that_mean_nothing_is_dialled_again()
    {
        await using var hub = await ScriptedHub.Start();
        var dialled = 0;
        hub.Connect = (frames, replies, context) => Interlocked.Increment(ref dialled) < 3 ? throw ScriptedHub.Nonsense() : ScriptedHub.Greet(frames, replies, context);
        await using var agency = await Start(hub);

        await agency.Part<HubConnections>().WaitUntilOpen(TestContext.Current.CancellationToken).WaitAsync(patience);

        Assert.Equal((3, 1), (dialled, agency.Part<HubConnections>().Open));
    }

    [Fact]
    public async Task However_often_a_hub_says_welcome_it_is_one_connection_and_none_when_it_is_gone()
    {
        await using var hub = await ScriptedHub.Start();
        var read = new TaskCompletionSource();
        var hangUp = new TaskCompletionSource();
        var dialledAgain = new TaskCompletionSource();
        var dialled = 0;
        hub.Connect = async (frames, replies, context) =>
        {
            if (Interlocked.Increment(ref dialled) > 1)
            {
                dialledAgain.TrySetResult();
                throw ScriptedHub.Nonsense();
            }
            for (var i = 0; i < 3; i++)
                await replies.WriteAsync(new Frame { Welcome = new Welcome { ProtocolVersion = 1, Hub = $"hub-{i}" } });
            // The reply to a question tells that everything before it was read.
            await replies.WriteAsync(new Frame { Questions = { new QuestionItem { Id = 1, Question = new SealedQuestion() } }, Window = 16 });
            while (await frames.MoveNext(context.CancellationToken) && frames.Current.Refusals.Count == 0)
            {
            }
            read.SetResult();
            await hangUp.Task;
        };
        await using var agency = await Start(hub);

        await read.Task.WaitAsync(patience);
        Assert.Equal(1, agency.Part<HubConnections>().Open);
        hangUp.SetResult();
        await dialledAgain.Task.WaitAsync(patience);
        Assert.Equal(0, agency.Part<HubConnections>().Open);
        Assert.Null(agency.Part<HubConnections>().Pick());
    }

    [Fact]
    public async Task A_data_set_that_stands_twice_is_one_and_one_that_is_also_described_otherwise_is_not_used()
    {
        await using var hub = await ScriptedHub.Start();
        var answers = Channel.CreateUnbounded<GetDataSetsResponse>();
        hub.DataSets = () => answers.Reader.ReadAsync().AsTask();
        var income = DataSetCatalogue.Income.ToMessage();
        var otherwise = DataSetCatalogue.Employment.ToMessage();
        otherwise.DeclaredSize *= 2;
        answers.Writer.TryWrite(new GetDataSetsResponse { DataSets = { income, income, DataSetCatalogue.Employment.ToMessage(), otherwise, otherwise } });
        await using var agency = await Start(hub);
        var directory = agency.Part<HubDirectory>();

        await directory.Ready.WaitAsync(patience);

        Assert.True(directory.TryResolve("jp.tax", "audit", "tax.income.v1", out _, out var contract, out _));
        Assert.Same(DataSetCatalogue.Income, contract);
        Assert.False(directory.TryResolve("jp.tax", "audit", "tax.employment.v1", out _, out _, out var refusal));
        Assert.Equal(Reason.ContractMismatch, refusal.Reason);
    }

    [Fact]
    public async Task A_directory_that_answers_nonsense_is_asked_again()
    {
        await using var hub = await ScriptedHub.Start();
        var asked = 0;
        var honest = hub.DataSets;
        hub.DataSets = () => Interlocked.Increment(ref asked) == 1 ? throw ScriptedHub.Nonsense() : honest();
        await using var agency = await Start(hub);

        await agency.Part<HubDirectory>().Ready.WaitAsync(patience);

        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revocation_list_that_is_nonsense_leaves_the_one_before_in_force_and_everything_else_as_it_is(bool refused)
    {
        await using var hub = await ScriptedHub.Start();
        await using var agency = await Start(hub);
        await agency.Part<HubConnections>().WaitUntilOpen(TestContext.Current.CancellationToken).WaitAsync(patience);
        hub.RevocationList = () => refused ? throw ScriptedHub.Nonsense() : Task.FromResult(new GetCrlResponse { Crl = Google.Protobuf.ByteString.CopyFrom(0x30, 0x84, 0xff) });

        await agency.Part<RevocationWatch>().LookAround(TestContext.Current.CancellationToken);

        Assert.Equal(1, agency.Part<HubConnections>().Open);
        Assert.True(agency.Part<Protocol.Identity.CertificateVerifier>().HasFreshList);
    }

    [Fact]
    public async Task Whoever_no_longer_waits_for_the_directory_is_told_that_and_not_that_the_hub_is_away()
    {
        await using var hub = await ScriptedHub.Start();
        var asked = Channel.CreateUnbounded<bool>();
        hub.Bundle = context => Hang<GetBundleResponse>(context);
        await using var agency = await Start(hub);
        await agency.Part<HubDirectory>().Ready.WaitAsync(patience);
        hub.Grants = context => Hang<GetGrantsResponse>(context);
        using var cancelled = new CancellationTokenSource();

        var bundle = agency.Part<HubDirectory>().Bundle("jp.tax", cancelled.Token);
        var grants = agency.Part<HubDirectory>().Grants(cancelled.Token);
        await asked.Reader.ReadAsync().AsTask().WaitAsync(patience);
        await asked.Reader.ReadAsync().AsTask().WaitAsync(patience);
        await cancelled.CancelAsync();

        Assert.Equal(Reason.Cancelled, (await bundle.WaitAsync(patience)).Refusal?.Reason);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grants.WaitAsync(patience));

        async Task<T> Hang<T>(ServerCallContext context)
        {
            asked.Writer.TryWrite(true);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            throw new InvalidOperationException("Nobody waits so long.");
        }
    }

    static Task<RunningAgency> Start(ScriptedHub hub) => RunningAgency.Start(new AgencyKind("pension", "An agency"), "{ task: audit, data_sets: [tax.income.v1] }", hub.Authority, hub.Address);
}
