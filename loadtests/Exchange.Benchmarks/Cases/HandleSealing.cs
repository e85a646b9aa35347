using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Protocol.Lookups;

namespace Exchange.Benchmarks.Cases;

/// <summary>Handles, at the provider: one is opened for each WARM question and one sealed for each answer.</summary>
public class HandleSealing
{
    readonly Handles handles = new(RandomNumberGenerator.GetBytes(Handles.RootSize), TimeProvider.System);
    readonly byte[] sealedHandle = new byte[Handles.Size], next = new byte[Handles.Size];

    [GlobalSetup]
    public void Make() => handles.Seal(Parties.Town, IncomeLookup.DataSet, 1234, 1, sealedHandle);

    [GlobalCleanup]
    public void Forget() => handles.Dispose();

    [Benchmark]
    public void Seal() => handles.Seal(Parties.Town, IncomeLookup.DataSet, 1234, 1, next);

    [Benchmark]
    public HandleFault Open() => handles.TryOpen(sealedHandle, Parties.Town, IncomeLookup.DataSet, out _);
}
