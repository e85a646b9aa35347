using System.Buffers.Binary;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Connections;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Hammer.Ablation.Relay;

/// <summary>Where the adapter that answers would be: to each number its record, out of memory.</summary>
static class RelayProvider
{
    public const string Node = "provider";

    /// <summary>Bytes of an answer.</summary>
    public const int Size = 256;

    /// <summary>Connected until stopped.</summary>
    public static async Task Serve(DirectFiles? files, int port, int connections, Action isReady, CancellationToken stop)
    {
        var lines = new List<RelayLine>();
        try
        {
            for (var i = 0; i < connections; i++)
                lines.Add(await RelayLine.Open(files, port, Node, Answer, stop).ConfigureAwait(false));
            isReady();
            await Task.WhenAny(lines.Select(line => line.Frames.Ended)).WaitAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            foreach (var line in lines)
                await line.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>As many bytes as a sealed question has, the number first.</summary>
    public static ByteString Question(int number)
    {
        var content = new byte[DirectRecords.QuestionSize];
        BinaryPrimitives.WriteInt32BigEndian(content, number);
        return UnsafeByteOperations.UnsafeWrap(content);
    }

    static void Answer(QuestionItem item, Incoming incoming) => incoming.Answer(
        new SealedAnswer { Ciphertext = DirectRecords.Of(BinaryPrimitives.ReadInt32BigEndian(item.Question.Ciphertext.Span) & (DirectRecords.Count - 1), Size) }, null);
}
