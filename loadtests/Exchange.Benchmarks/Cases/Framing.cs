using System.Buffers;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Benchmarks.Cases;

/// <summary>Frames of so many WARM questions with grants, or answers with receipts, written and read as gRPC does it: sized, then written into a buffer.</summary>
public class Framing
{
    readonly Frame questions = new(), answers = new();
    ArrayBufferWriter<byte> buffer = null!;
    ReadOnlySequence<byte> questionBytes, answerBytes;

    [Params(1, 16, 128)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        using var parties = new Parties();
        for (ulong id = 1; id <= (ulong)Items; id++)
        {
            if (!parties.Session.TrySealWarm(IncomeLookup.Target, RandomNumberGenerator.GetBytes(Handles.Size), IncomeLookup.Question(), out var asked, out var reason))
                throw new InvalidOperationException($"not sealed: {reason}");
            questions.Questions.Add(new QuestionItem
            {
                Id = id,
                Question = asked.Message,
                Grant = IncomeLookup.Grant(),
                TimeoutMs = 5000,
                Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            });
            answers.Answers.Add(new AnswerItem
            {
                Id = id,
                Answer = new SealedAnswer { Ciphertext = IncomeLookup.Bytes(AnswerEnvelope.SealedSize(IncomeLookup.DeclaredSize)), Commitment = IncomeLookup.Bytes(32) },
                Receipt = IncomeLookup.Receipt(1_000_000 + id),
            });
        }
        questionBytes = new ReadOnlySequence<byte>(questions.ToByteArray());
        answerBytes = new ReadOnlySequence<byte>(answers.ToByteArray());
        buffer = new ArrayBufferWriter<byte>((int)Math.Max(questionBytes.Length, answerBytes.Length) + 4096);
    }

    [Benchmark]
    public int EncodeQuestions() => Encode(questions);

    [Benchmark]
    public int EncodeAnswers() => Encode(answers);

    [Benchmark]
    public object DecodeQuestions() => Frame.Parser.ParseFrom(questionBytes);

    [Benchmark]
    public object DecodeAnswers() => Frame.Parser.ParseFrom(answerBytes);

    int Encode(Frame frame)
    {
        buffer.ResetWrittenCount();
        var size = frame.CalculateSize();
        frame.WriteTo(buffer);
        return size;
    }
}
