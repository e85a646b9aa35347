using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Exchange.Gateway.Audit.Tree;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Tree;

/// <summary>Whoever answers in the witness's place can hold checkpoints up, or end the hub by claiming to have seen more; nothing else.</summary>
public sealed class HostileWitnessTests : IAsyncLifetime
{
    readonly WitnessedLog hub = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "a signature that is not its own")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=nonsense\r\nContent-Length: 8\r\n\r\nnonsense", "a signature that is not its own")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n\u2014 privacy-commission AAAAAAAAAAAAAAAA\n", "a signature that is not its own")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", "cannot be reached")]
    [InlineData("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n9\n", "answered 409")]
    [InlineData("HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n-1\n", "answered 409")]
    [InlineData("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "answered 307")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answered 500")]
    [InlineData("nonsense\r\n\r\n", "cannot be reached")]
    [InlineData("", "cannot be reached")]
    public async Task Nonsense_publishes_nothing_and_the_hub_goes_on(string answer, string trouble)
    {
        using var nonsense = new Answering(_ => answer);
        await hub.StartHub(At(nonsense));
        Assert.Contains(trouble, hub.Writer.Trouble, StringComparison.Ordinal);
        Assert.Null(hub.Tree.Published);
        await hub.Append(1);
        Assert.False(hub.HasStopped);
    }

    [Fact]
    public async Task A_size_that_changes_with_every_answer_is_not_chased()
    {
        var asked = 0;
        using var fickle = new Answering(_ => string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 2\r\n\r\n{Interlocked.Increment(ref asked) % 2 + 1}\n"));
        using var elsewhere = new Answering(_ => "");
        await hub.StartHub(At(elsewhere));
        await hub.Append(3);
        var (tree, note) = (await hub.Tree.Raise(3, default), await Note(3));
        var refused = await Assert.ThrowsAsync<WitnessException>(() => At(fickle).Cosign(tree, note, default));
        Assert.Contains("changes its mind", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Lines_that_a_witness_adds_to_its_own_are_not_published()
    {
        using var signer = new NoteSigner("privacy-commission", NoteKeyUse.Cosignature, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        using var other = new NoteSigner("advertiser", NoteKeyUse.Cosignature, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        using var chatty = new Answering(request =>
        {
            var body = request[(request.IndexOf("\n\nhub-1\n", StringComparison.Ordinal) + 2)..];
            body = body[..(body.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
            var lines = string.Concat(Enumerable.Repeat(other.Cosign(body, TimeProvider.System.GetUtcNow()), 60)) + signer.Cosign(body, TimeProvider.System.GetUtcNow());
            return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(lines)}\r\n\r\n{lines}");
        });
        await hub.StartHub(Witness.At(new WitnessAddress(signer.Key, chatty.Address)));
        Assert.Null(hub.Writer.Trouble);
        Assert.True(SignedNote.TryParse(hub.Tree.Published!.Note, out var note));
        Assert.True(note.IsCosignedBy(signer.Key, out _));
        Assert.DoesNotContain("advertiser", hub.Tree.Published.Note, StringComparison.Ordinal);
    }

    Witness At(Answering place) => Witness.At(new WitnessAddress(hub.WitnessKey, place.Address));

    async Task<string> Note(ulong size)
    {
        using var signer = new NoteSigner("hub-1", NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
        return SignedNote.Sign(new Checkpoint("hub-1", size, await (await hub.Tree.Raise(size, default)).Root(default)).Body, signer);
    }

    /// <summary>Answers each connection's first request with what is given, says that it closes it, and does.</summary>
    sealed class Answering : IDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);

        public Answering(Func<string, string> answer)
        {
            listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    using var caller = await listener.AcceptTcpClientAsync();
                    var given = answer(await Request(caller));
                    // Otherwise the next request may go where nobody listens any more.
                    if (given.StartsWith("HTTP/", StringComparison.Ordinal))
                        given = given.Insert(given.IndexOf('\n') + 1, "Connection: close\r\n");
                    await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(given));
                }
            });
        }

        public Uri Address => new($"http://{listener.LocalEndpoint}/");

        public void Dispose() => listener.Dispose();

        /// <summary>A note ends with its signature's line, which is the only one that has the dash.</summary>
        static async Task<string> Request(TcpClient caller)
        {
            var (text, buffer) = ("", new byte[4096]);
            while (!text.Contains('\u2014', StringComparison.Ordinal) || !text.EndsWith('\n'))
            {
                var read = await caller.GetStream().ReadAsync(buffer);
                if (read == 0)
                    break;
                text += Encoding.UTF8.GetString(buffer, 0, read);
            }
            return text;
        }
    }
}
