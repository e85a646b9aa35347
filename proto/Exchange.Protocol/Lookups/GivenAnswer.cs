using Exchange.V1;

namespace Exchange.Protocol.Lookups;

/// <summary>A sealed answer and, for the provider's journal, what was committed to.</summary>
public sealed class GivenAnswer
{
    internal GivenAnswer(SealedAnswer message, ReadOnlyMemory<byte> answer)
    {
        Message = message;
        Answer = answer;
    }

    public SealedAnswer Message { get; }

    /// <summary>About a person.</summary>
    public ReadOnlyMemory<byte> Answer { get; }
}
