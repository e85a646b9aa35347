using System.Security.Cryptography;
using System.Text;
using Dapper;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Tests.Witnessing;

/// <summary>What a witness answers to whom, over real sockets.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    readonly RunningWitness witness = new();

    public async ValueTask InitializeAsync() => await witness.Start();

    public ValueTask DisposeAsync() => witness.DisposeAsync();

    [Fact]
    public async Task A_log_that_only_grows_is_cosigned_at_every_size_with_the_time_of_it()
    {
        var before = 0UL;
        foreach (var size in new ulong[] { 0, 0, 1, 2, 3, 7, 8, 100, 100, 255 })
        {
            witness.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(witness.Time.GetUtcNow(), await witness.Cosigned(before, size));
            before = size;
        }
    }

    [Fact]
    public async Task A_log_that_has_lost_sight_of_what_was_cosigned_is_told_the_size()
    {
        await witness.Cosigned(0, 5);
        foreach (var (old, size) in new (ulong, ulong)[] { (0, 9), (4, 9), (6, 9), (0, 5), (3, 4), (0, 0) })
            Assert.Equal((409, "text/x.tlog.size", "5\n"), await witness.Bring(old, size));
        await witness.Cosigned(5, 9);
    }

    [Fact]
    public async Task A_log_put_back_to_an_older_copy_is_not_cosigned_however_it_asks()
    {
        await witness.Cosigned(0, 50);
        foreach (var old in new ulong[] { 0, 49, 20 })
            Assert.Equal((409, "50\n"), Of(await witness.Bring(old, 49)));
        Assert.Equal(400, (await witness.Bring(50, 49)).Status);
    }

    [Fact]
    public async Task A_name_nobody_pinned_is_unknown_and_another_key_under_a_pinned_one_signs_nothing()
    {
        using var stranger = LogByHand.Signer("hub-9");
        using var namesake = LogByHand.Signer();
        Assert.Equal(404, (await witness.Bring(0, 1, new LogByHand(stranger))).Status);
        Assert.Equal(403, (await witness.Bring(0, 1, new LogByHand(namesake))).Status);
        Assert.Equal(404, (await witness.Bring(0, 1, new LogByHand(witness.LogSigner) { Origin = "hub-9" })).Status);
        // Its signature stands under another text.
        var (one, two) = (await witness.Log.Request(0, 1), await witness.Log.Request(0, 2));
        Assert.Equal(403, (await witness.Post(one.Replace(one.Split('\n')[^2], two.Split('\n')[^2], StringComparison.Ordinal))).Status);
        await witness.Cosigned(0, 1);
    }

    [Fact]
    public async Task Signatures_of_strangers_beside_the_logs_own_change_nothing()
    {
        using var stranger = LogByHand.Signer();
        var body = (await witness.Log.Checkpoint(1)).Body;
        var (status, _, line) = await witness.Post($"old 0\n\n{body}\n{stranger.Sign(body)}{witness.LogSigner.Sign(body)}");
        Assert.Equal(200, status);
        await witness.IsCosigned(1, line);
    }

    [Fact]
    public async Task A_proof_that_shows_nothing_is_refused_and_the_right_one_is_taken_after_it()
    {
        await witness.Cosigned(0, 5);
        var (hash, right) = (RandomNumberGenerator.GetBytes(32), (await witness.Log.Request(5, 9)).Split('\n')[1..^7]);
        Assert.NotEmpty(right);
        IReadOnlyList<byte[]>[] wrong = [[], [hash], [.. right.Select(Convert.FromBase64String).Skip(1)], [.. right.Select(Convert.FromBase64String), hash]];
        foreach (var proof in wrong)
            Assert.Equal(422, (await witness.Post(await witness.Log.Request(5, 9, proof))).Status);
        Assert.Equal(422, (await witness.Post(await witness.Log.Request(5, 5, [hash]))).Status);
        await witness.Cosigned(5, 9);
    }

    [Fact]
    public async Task An_empty_log_has_the_empty_root_and_a_first_checkpoint_needs_no_proof()
    {
        var note = SignedNote.Sign(new Checkpoint("hub-1", 0, RandomNumberGenerator.GetBytes(32)).Body, witness.LogSigner);
        Assert.Equal(422, (await witness.Post($"old 0\n\n{note}")).Status);
        Assert.Equal(422, (await witness.Post(await witness.Log.Request(0, 9, [RandomNumberGenerator.GetBytes(32)]))).Status);
        await witness.Cosigned(0, 9);
    }

    [Fact]
    public async Task A_fork_is_refused_named_and_kept_as_the_proof_of_itself()
    {
        var other = new LogByHand(witness.LogSigner, "rewritten");
        await witness.Cosigned(0, 7);
        Assert.Contains("healthy", (await witness.Page("/readyz")).Body, StringComparison.Ordinal);

        // The same number of entries, others: whatever size it says it goes on from.
        Assert.Equal((409, "text/x.tlog.size", "7\n"), await witness.Bring(7, 7, other));
        Assert.Equal(409, (await witness.Bring(0, 7, other)).Status);
        // And more entries, after others.
        Assert.Equal(422, (await witness.Bring(7, 9, other)).Status);

        var (status, health) = await witness.Page("/readyz");
        Assert.Equal(200, status);
        Assert.Contains("the log hub-1 has signed two different checkpoints over 7 entries", health, StringComparison.Ordinal);
        using (var state = witness.OpenState())
        {
            var (cosigned, refused) = state.QuerySingle<(string, string)>("SELECT cosigned, refused FROM fork");
            Assert.True(Checkpoint.TryOpen(cosigned, witness.LogSigner.Key, out var one, out _));
            Assert.True(Checkpoint.TryOpen(refused, witness.LogSigner.Key, out var two, out _));
            Assert.Equal((7UL, 7UL), (one.Size, two.Size));
            Assert.NotEqual(one.Root, two.Root);
        }
        // The first history is still the log.
        await witness.Cosigned(7, 9);
    }

    [Fact]
    public async Task Of_many_checkpoints_brought_at_once_no_two_are_cosigned_that_do_not_follow_each_other()
    {
        await witness.Cosigned(0, 3);
        var other = new LogByHand(witness.LogSigner, "rewritten");
        var requests = new List<string>();
        for (var size = 4UL; size < 24; size++)
        {
            requests.Add(await witness.Log.Request(3, size));
            requests.Add(await other.Request(3, size));
        }
        var answers = await Task.WhenAll(requests.Select(witness.Post));

        // Whichever came first was taken; every other request then says an old size that is none any more.
        var (_, _, line) = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 409, 422 }));
        var size2 = 4UL + (ulong)Array.FindIndex(answers, answer => answer.Status == 200) / 2;
        await witness.IsCosigned(size2, line);
        await witness.Cosigned(size2, 30);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 0\n")]
    [InlineData("old 0\n\n")]
    [InlineData("old 0\n\nhub-1\n1\n")]
    [InlineData("old 0\n\nhub-1\n\n\u2014 hub-1 AAAAAAAA\n\n")]
    [InlineData("old 00\n\n{note}")]
    [InlineData("old -1\n\n{note}")]
    [InlineData("old +1\n\n{note}")]
    [InlineData("old 18446744073709551616\n\n{note}")]
    [InlineData("old  0\n\n{note}")]
    [InlineData("Old 0\n\n{note}")]
    [InlineData("old 0\r\n\n{note}")]
    [InlineData("0\n\n{note}")]
    [InlineData("\n\n{note}")]
    [InlineData("old 0\n{note}")]
    [InlineData("old 0\nAAAA\n\n{note}")]
    [InlineData("old 0\nnot base64 of any thirty-two bytes at all !!\n\n{note}")]
    [InlineData("old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n{note}")]
    [InlineData("old 2\n\n{note}")]
    public async Task What_is_not_of_the_form_is_malformed(string body) =>
        Assert.Equal(400, (await witness.Post(body.Replace("{note}", await witness.Log.Note(1), StringComparison.Ordinal))).Status);

    [Fact]
    public async Task More_lines_than_any_proof_has_other_bytes_than_text_and_what_is_signed_and_no_checkpoint_are_malformed()
    {
        var note = await witness.Log.Note(1);
        var line = Convert.ToBase64String(new byte[32]) + "\n";
        Assert.Equal(422, (await witness.Post($"old 0\n{Times(63)}\n{note}")).Status);
        Assert.Equal(400, (await witness.Post($"old 0\n{Times(64)}\n{note}")).Status);
        Assert.Equal(400, (await witness.Post([.. Encoding.UTF8.GetBytes($"old 0\n\n{note}"), 0xC3, 0x28, (byte)'\n'])).Status);
        foreach (var body in new[] { "hub-1\n", "hub-1\n1\n", $"hub-1\n1\n{line}extension\n", $"hub-1\n01\n{line}", $"hub-1\n18446744073709551615\n{line}" })
            Assert.Equal(400, (await witness.Post($"old 0\n\n{SignedNote.Sign(body, witness.LogSigner)}")).Status);
        await witness.Cosigned(0, 1);

        string Times(int lines) => string.Concat(Enumerable.Repeat(line, lines));
    }

    [Fact]
    public async Task Health_and_metrics_say_what_came_of_checkpoints()
    {
        await witness.Cosigned(0, 5);
        await witness.Bring(0, 9);
        Assert.Equal((200, "ok\n"), await witness.Page("/healthz"));
        var metrics = (await witness.Page("/metrics")).Body;
        foreach (var outcome in new[] { "cosigned", "behind" })
            Assert.Contains(metrics.Split('\n'), line => line.StartsWith("exchange_witness_checkpoints", StringComparison.Ordinal) && line.Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal));
    }

    static (int, string) Of((int Status, string? Type, string Body) answer) => (answer.Status, answer.Body);
}
