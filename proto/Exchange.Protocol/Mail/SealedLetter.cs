using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Mail;

/// <summary>A letter, and the question in it as its sender journals it.</summary>
/// <param name="Letter">To be sent, any number of times; not to be changed.</param>
/// <param name="Asked">About a person.</param>
public sealed record SealedLetter(Letter Letter, AskedQuestion Asked)
{
    /// <summary>As it was kept: the answer to it may come days and a restart later.</summary>
    /// <param name="question">The question as committed to.</param>
    public static SealedLetter Kept(Letter letter, ByteString question) => new(letter, new AskedQuestion(letter.Question, 0, question.Memory));

    /// <summary>About a person.</summary>
    public override string ToString() => nameof(SealedLetter);
}
