using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Hammer.Ablation.Relay;

/// <summary>Asks through a relay, each connection in its turn.</summary>
sealed class RelayCalls(IReadOnlyList<RelayLine> lines) : IContender
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    readonly ByteString[] questions = [.. Enumerable.Range(0, DirectRecords.Count).Select(RelayProvider.Question)];

    public string Name => "relay";

    public int MaximumSlots => DirectRecords.Count;

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        var number = (int)((slot + turn * slots) % DirectRecords.Count);
        var item = new QuestionItem { Question = new SealedQuestion { Ciphertext = questions[number] }, TimeoutMs = (uint)patience.TotalMilliseconds };
        var reply = await lines[(int)((slot + turn) % lines.Count)].Frames.Ask(item, patience).Reply.ConfigureAwait(false);
        return reply.Refusal is { } refusal
            ? throw new CallFailedException($"the relay refused: {Reasons.Name(refusal.Reason)}")
            : reply.Answer?.Ciphertext == DirectRecords.Of(number, RelayProvider.Size) ? null : "another record came back";
    }
}
