using BenchmarkDotNet.Attributes;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Benchmarks.Cases;

/// <summary>The point work of a COLD lookup at both adapters, and drawing a pair, which happens ahead of it.</summary>
public class Blinding
{
    readonly ClosingScalar town = new(SecretScalar.Random().Bytes), tax = new(SecretScalar.Random().Bytes);
    readonly byte[] stored = SecretScalar.Random().PublicPoint(), z = SecretScalar.Random().PublicPoint();
    readonly byte[] rho = new byte[Ristretto.ScalarLength], u = new byte[Ristretto.ScalarLength], result = new byte[Ristretto.PointLength];
    readonly byte[] drawnRho = new byte[Ristretto.ScalarLength], drawnU = new byte[Ristretto.ScalarLength];

    public Blinding()
    {
        Ristretto.RandomScalar(rho);
        Ristretto.TryInvert(rho, u);
    }

    [Benchmark]
    public bool DrawPair()
    {
        Ristretto.RandomScalar(drawnRho);
        return Ristretto.TryInvert(drawnRho, drawnU);
    }

    /// <summary>X = (rho * c^-1) * stored.</summary>
    [Benchmark]
    public bool Blind() => town.TryBlind(rho, stored, result);

    /// <summary>stored = (c * u) * Z.</summary>
    [Benchmark]
    public bool Unblind() => tax.TryUnblind(u, z, result);
}
