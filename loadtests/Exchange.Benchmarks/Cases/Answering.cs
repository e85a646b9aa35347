using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Protocol.Lookups;
using Exchange.V1;

namespace Exchange.Benchmarks.Cases;

/// <summary>Answers, of the data set's one size: sealed by the provider, opened and checked by the requester.</summary>
public class Answering
{
    /// <summary>Opened in one go, each once, as a question takes one answer.</summary>
    const int Opened = 8192;

    const long AsOf = 1_790_000_000_000;

    readonly Answer answer = IncomeLookup.Answer();
    readonly byte[] handle = RandomNumberGenerator.GetBytes(Handles.Size);
    readonly (AskedQuestion Asked, SealedAnswer Answer)[] given = new (AskedQuestion, SealedAnswer)[Opened];
    Parties parties = null!;
    OpenedQuestion question = null!;

    [GlobalSetup]
    public void Meet()
    {
        parties = new Parties();
        question = Ask().Opened;
    }

    [GlobalCleanup]
    public void Part()
    {
        question.Dispose();
        parties.Dispose();
    }

    [Benchmark]
    public object Seal() => Answer(question);

    [IterationSetup(Target = nameof(Open))]
    public void Answer()
    {
        for (var i = 0; i < given.Length; i++)
        {
            var (asked, opened) = Ask();
            given[i] = (asked, Answer(opened));
            opened.Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Opened)]
    public void Open()
    {
        foreach (var (asked, sealedAnswer) in given)
            if (!parties.Session.TryOpen(asked, sealedAnswer, IncomeLookup.DeclaredSize, out _, out var reason))
                throw new InvalidOperationException($"not opened: {reason}");
    }

    (AskedQuestion Asked, OpenedQuestion Opened) Ask() =>
        parties.Session.TrySealWarm(IncomeLookup.Target, handle, IncomeLookup.Question(), out var asked, out var reason)
        && parties.Provider.TryOpen(asked.Message, out var opened, out reason)
            ? (asked, opened)
            : throw new InvalidOperationException($"not asked: {reason}");

    SealedAnswer Answer(OpenedQuestion opened) =>
        opened.TrySealAnswer(AnswerStatus.Found, AsOf, handle, answer, IncomeLookup.DeclaredSize, out var one, out var reason)
            ? one.Message
            : throw new InvalidOperationException($"not sealed: {reason}");
}
