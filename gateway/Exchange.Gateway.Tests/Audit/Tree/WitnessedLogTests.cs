using System.Net;
using System.Security.Cryptography;
using Exchange.Gateway.Audit.Tree;
using Exchange.Gateway.Health;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Gateway.Tests.Audit.Tree;

/// <summary>The hub and a real witness, over real sockets.</summary>
public sealed class WitnessedLogTests : IAsyncLifetime
{
    readonly WitnessedLog hub = new();

    public async ValueTask InitializeAsync() => await hub.StartWitness();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task What_is_published_is_cosigned_across_restarts_of_both()
    {
        await hub.StartHub();
        hub.IsCosigned(0);
        await hub.Append(300);
        await hub.Cosigned(300);
        await hub.StopHub();
        await hub.StopWitness();
        await hub.StartWitness();
        await hub.StartHub();
        hub.IsCosigned(300);
        await hub.Append(1);
        await hub.Cosigned(301);
    }

    [Fact]
    public async Task A_hub_with_all_of_its_files_put_back_is_refused_at_its_start_because_the_witness_has_seen_more()
    {
        await RolledBack(from: 10, to: 25);
        var refused = await Assert.ThrowsAsync<StoreException>(() => hub.StartHub());
        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("privacy-commission has cosigned 25 entries of this log, and it has 10", refused.Message, StringComparison.Ordinal);
        Assert.True(hub.HasStopped);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(15)]
    [InlineData(40)]
    public async Task A_hub_put_back_and_written_on_while_the_witness_was_away_ends_when_it_is_back(int more)
    {
        await RolledBack(from: 10, to: 25);
        await hub.StopWitness();
        await hub.StartHub();
        await hub.Append(more);
        Assert.False(hub.HasStopped);

        await hub.StartWitness();
        await hub.Until(() => hub.HasStopped);
        Assert.Equal(StoreFault.Foreign, hub.Writer.RolledBack!.Fault);
        Assert.Contains(more < 15 ? "it was put back to an older copy" : "it has forked", hub.Writer.RolledBack.Message, StringComparison.Ordinal);
        Assert.Equal(10UL, hub.Tree.Published!.Checkpoint.Size);
    }

    [Fact]
    public async Task Without_the_witness_entries_go_on_health_is_degraded_and_checkpoints_come_when_it_is_back()
    {
        await hub.StartHub();
        await hub.StopWitness();
        await hub.Append(5);
        await hub.Until(() => hub.Writer.Trouble is not null);
        Assert.Equal(5, hub.Audit.Size);
        Assert.Equal(0UL, hub.Tree.Published!.Checkpoint.Size);
        var health = await new CheckpointHealth(hub.Writer, hub.Tree).CheckHealthAsync(new HealthCheckContext());
        Assert.Equal((HealthStatus.Degraded, "the witness privacy-commission cannot be reached"), (health.Status, health.Description));

        await hub.Append(5);
        await hub.StartWitness();
        await hub.Until(() => hub.Writer.Trouble is null);
        hub.IsCosigned(10);
        Assert.Equal(HealthStatus.Healthy, (await new CheckpointHealth(hub.Writer, hub.Tree).CheckHealthAsync(new HealthCheckContext())).Status);
    }

    [Fact]
    public async Task An_answer_lost_after_the_witness_kept_its_word_is_asked_for_again_from_there()
    {
        var line = new LosesAnswers();
        await hub.StartHub(new Witness(hub.WitnessKey, new HttpClient(line) { BaseAddress = hub.WitnessAddress }));
        line.LosesNext = true;
        await hub.Append(5);
        await hub.Cosigned(5);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK], line.Answers.Take(4));
    }

    [Fact]
    public async Task A_witness_that_watches_another_log_or_pins_another_key_is_named_with_what_to_do()
    {
        await hub.StopWitness();
        using var namesake = new NoteSigner("hub-1", NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        await hub.StartWitness(namesake.Key);
        await hub.StartHub();
        Assert.Contains("privacy-commission answered 403: it pins another key for this log", hub.Writer.Trouble, StringComparison.Ordinal);
        Assert.Null(hub.Tree.Published);
    }

    /// <summary>The hub's state is put back to <paramref name="from"/> entries; the witness has cosigned more.</summary>
    async Task RolledBack(int from, int to)
    {
        await hub.StartHub();
        await hub.Append(from);
        await hub.Cosigned((ulong)from);
        await hub.StopHub();
        hub.BackUp();
        await hub.StartHub();
        await hub.Append(to - from);
        await hub.Cosigned((ulong)to);
        await hub.StopHub();
        hub.Restore();
    }

    sealed class LosesAnswers() : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool LosesNext { get; set; }

        public List<HttpStatusCode> Answers { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            Answers.Add(answer.StatusCode);
            if (!LosesNext)
                return answer;
            LosesNext = false;
            answer.Dispose();
            throw new HttpRequestException("the connection was reset");
        }
    }
}
