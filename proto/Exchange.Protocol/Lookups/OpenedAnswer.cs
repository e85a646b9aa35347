using Exchange.V1;

namespace Exchange.Protocol.Lookups;

/// <summary>An answer that opened and fits its commitment. About a person.</summary>
public sealed class OpenedAnswer
{
    internal OpenedAnswer(AnswerEnvelope.Content content, Answer answer)
    {
        Status = content.Status;
        AsOfUnixMs = content.AsOfUnixMs;
        Handle = content.Handle;
        Message = content.Answer;
        Answer = answer;
    }

    public AnswerStatus Status { get; }

    /// <summary>When the source last confirmed what was answered.</summary>
    public long AsOfUnixMs { get; }

    /// <summary>64 bytes for the next question about this person; random where the provider gives none.</summary>
    public ReadOnlyMemory<byte> Handle { get; }

    public Answer Answer { get; }

    /// <summary>The answer as committed to, for the journal.</summary>
    public ReadOnlyMemory<byte> Message { get; }
}
