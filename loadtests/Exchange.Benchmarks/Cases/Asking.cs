using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;

namespace Exchange.Benchmarks.Cases;

/// <summary>Questions: sealed by the requester, opened and checked by the provider. Without the point work of COLD ones.</summary>
public class Asking
{
    /// <summary>Opened in one go, each once, as a sequence number serves once. As many as the provider's window holds.</summary>
    const int Opened = 8192;

    readonly Question question = IncomeLookup.Question();
    readonly byte[] point = SecretScalar.Random().PublicPoint(), u = SecretScalar.Random().Bytes.ToArray(), handle = RandomNumberGenerator.GetBytes(Handles.Size);
    readonly SealedQuestion[] asked = new SealedQuestion[Opened];
    Parties parties = null!;

    [GlobalSetup]
    public void Meet() => parties = new Parties();

    [GlobalCleanup]
    public void Part() => parties.Dispose();

    [Benchmark]
    public object SealWarm() => Warm();

    [Benchmark]
    public object SealCold() => Cold();

    [IterationSetup(Target = nameof(OpenWarm))]
    public void AskWarm() => Ask(Warm);

    [IterationSetup(Target = nameof(OpenCold))]
    public void AskCold() => Ask(Cold);

    [Benchmark(OperationsPerInvoke = Opened)]
    public void OpenWarm() => Open();

    [Benchmark(OperationsPerInvoke = Opened)]
    public void OpenCold() => Open();

    SealedQuestion Warm() => parties.Session.TrySealWarm(IncomeLookup.Target, handle, question, out var one, out var reason)
        ? one.Message
        : throw new InvalidOperationException($"not sealed: {reason}");

    SealedQuestion Cold() => parties.Session.TrySealCold(IncomeLookup.Target, point, u, question, out var one, out var reason)
        ? one.Message
        : throw new InvalidOperationException($"not sealed: {reason}");

    void Ask(Func<SealedQuestion> seal)
    {
        for (var i = 0; i < asked.Length; i++)
            asked[i] = seal();
    }

    void Open()
    {
        foreach (var one in asked)
        {
            if (!parties.Provider.TryOpen(one, out var opened, out var reason))
                throw new InvalidOperationException($"not opened: {reason}");
            opened.Dispose();
        }
    }
}
