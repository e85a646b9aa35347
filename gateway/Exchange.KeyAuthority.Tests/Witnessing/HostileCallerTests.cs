using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CsCheck;

namespace Exchange.KeyAuthority.Tests.Witnessing;

/// <summary>Callers that mean no good: anybody may call.</summary>
public sealed class HostileCallerTests : IAsyncLifetime
{
    readonly RunningWitness witness = new();

    public async ValueTask InitializeAsync() => await witness.Start();

    public ValueTask DisposeAsync() => witness.DisposeAsync();

    [Fact]
    public async Task Random_bytes_and_requests_with_random_changes_are_refused_and_never_break_it()
    {
        await witness.Cosigned(0, 5);
        var good = Encoding.UTF8.GetBytes(await witness.Log.Request(5, 9));
        await Gen.Byte.Array[0, 300].SampleAsync(async body => Assert.Equal(400, (await witness.Post(body)).Status), iter: 200);
        // The last letter of base64 has bits that mean nothing.
        var change = Gen.Select(Gen.Int[0, good.Length - 5], Gen.Byte, Gen.Int[0, 2]);
        await change.Array[1, 4].SampleAsync(async changes =>
        {
            var body = changes.Aggregate(good, (now, one) => Changed(now, one.Item1, one.Item2, one.Item3));
            if (!body.AsSpan().SequenceEqual(good))
                Assert.Contains((await witness.Post(body)).Status, new[] { 400, 403, 404, 409, 422 });
        }, iter: 500);
        await witness.Cosigned(5, 9);
    }

    [Fact]
    public async Task A_body_larger_than_any_checkpoint_is_refused_whether_or_not_it_says_its_length()
    {
        Assert.Equal(413, (await witness.Post(new byte[16 * 1024 + 1])).Status);
        var chunk = $"1000\r\n{new string('a', 0x1000)}\r\n";
        var answer = await Raw("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 5)));
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        await witness.Cosigned(0, 1);
    }

    [Theory]
    [InlineData("GET /add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n", "405")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public async Task What_is_not_asked_for_here_is_refused(string request, string status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", await Raw(request), StringComparison.Ordinal);
        await witness.Cosigned(0, 1);
    }

    [Fact]
    public async Task Callers_that_leave_in_mid_request_or_do_not_wait_for_the_answer_hold_nobody_up()
    {
        var request = await witness.Log.Request(0, 3);
        var head = string.Create(CultureInfo.InvariantCulture, $"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: {Encoding.UTF8.GetByteCount(request)}\r\n\r\n");
        for (var i = 0; i < 100; i++)
        {
            using var caller = new TcpClient();
            await caller.ConnectAsync(witness.Address.Host, witness.Address.Port);
            // Half of a body, or all of it: then an answer that nobody reads.
            await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(i % 2 == 0 ? head + request[..20] : head + request));
            caller.LingerState = new LingerOption(true, 0);
        }
        // Some of them may have been cosigned by now, for nobody.
        var (status, _, size) = await witness.Bring(0, 0);
        if (status == 409)
            Assert.Equal("3\n", size);
        await witness.Cosigned(status == 409 ? 3UL : 0, 3);
        Assert.Equal(200, (await witness.Page("/readyz")).Status);
    }

    /// <summary>What comes back until the other side closes or is silent.</summary>
    async Task<string> Raw(string request)
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync(witness.Address.Host, witness.Address.Port);
        await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request));
        var answer = new byte[1024];
        var length = await caller.GetStream().ReadAsync(answer);
        return Encoding.UTF8.GetString(answer, 0, length);
    }

    static byte[] Changed(byte[] body, int at, byte with, int how)
    {
        at = Math.Min(at, body.Length - 5);
        return how switch
        {
            0 => [.. body[..at], with, .. body[(at + 1)..]],
            1 => [.. body[..at], .. body[(at + 1)..]],
            _ => [.. body[..at], with, .. body[at..]],
        };
    }
}
