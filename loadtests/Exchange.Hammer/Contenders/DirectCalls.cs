using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Hammer.Contenders;

/// <summary>The requester calls the provider itself, a unary call a lookup, alone or through something in the middle.</summary>
/// <param name="size">Bytes of the records asked for.</param>
sealed class DirectCalls(string name, DirectChannels channels, int size) : IContender
{
    readonly ByteString question = UnsafeByteOperations.UnsafeWrap(new byte[DirectRecords.QuestionSize]);

    public string Name => name;

    public int MaximumSlots => DirectRecords.Count;

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        var number = (int)((slot + turn * slots) % DirectRecords.Count);
        try
        {
            var answer = await channels[slot + turn].AskAsync(new DirectQuestion { Number = (ulong)number, Content = question, Size = (uint)size }).ResponseAsync.ConfigureAwait(false);
            return answer.Number == (ulong)number && answer.Record == DirectRecords.Of(number, size) ? null : "another record came back";
        }
        catch (RpcException e)
        {
            throw new CallFailedException($"a call failed: {e.Status.StatusCode}, {e.Status.Detail}");
        }
    }
}
