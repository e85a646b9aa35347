using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Gateway.Lookups;
using Exchange.Protocol.Lookups;
using Exchange.V1;

namespace Exchange.Benchmarks.Cases;

/// <summary>Headers: read and written again to see that they are canonical, as hub and provider do; and all that the hub checks of a question.</summary>
public class HeaderReading
{
    SealedQuestion question = null!;
    DateTimeOffset now;

    [GlobalSetup]
    public void Ask()
    {
        using var parties = new Parties();
        parties.Session.TrySealWarm(IncomeLookup.Target, RandomNumberGenerator.GetBytes(Handles.Size), IncomeLookup.Question(), out var asked, out _);
        question = asked!.Message;
        now = TimeProvider.System.GetUtcNow();
    }

    [Benchmark]
    public bool Parse() => Headers.TryParse(question.Header, out _, out _);

    [Benchmark]
    public bool CheckAtHub() => HeaderCheck.TryRead(question, Parties.Town, now, out _, out _);
}
