namespace Exchange.Hosting.Storage;

/// <summary>What somebody else sends, however much it is.</summary>
public static class BoundedStream
{
    /// <summary>What there is to read, to one byte more than may be there: whoever sends more is known by it.</summary>
    public static async Task<byte[]> ReadTo(Stream stream, int largest, CancellationToken cancelled)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (read.Length <= largest)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, largest + 1 - read.Length)), cancelled).ConfigureAwait(false);
            if (count == 0)
                break;
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }
}
