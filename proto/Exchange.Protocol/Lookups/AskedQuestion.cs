using Exchange.V1;

namespace Exchange.Protocol.Lookups;

/// <summary>A sealed question, and what the asking side keeps of it until the answer is there.</summary>
public sealed class AskedQuestion
{
    int answered;

    internal AskedQuestion(SealedQuestion message, ulong sequence, ReadOnlyMemory<byte> question)
    {
        Message = message;
        Sequence = sequence;
        Question = question;
    }

    /// <summary>To be sent once; not to be changed.</summary>
    public SealedQuestion Message { get; }

    public ulong Sequence { get; }

    /// <summary>The question as committed to, for the journal. About a person.</summary>
    public ReadOnlyMemory<byte> Question { get; }

    /// <summary>True for the first answer alone.</summary>
    internal bool TakeAnswer() => Interlocked.Exchange(ref answered, 1) == 0;
}
