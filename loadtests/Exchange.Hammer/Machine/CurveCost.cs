using System.Diagnostics;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Hammer.Machine;

/// <summary>What one multiplication of a point costs on this machine, on one thread: all that a COLD lookup cannot do without.</summary>
static class CurveCost
{
    const int Batches = 21, BatchSize = 50;

    /// <summary>Microseconds, the median of some batches: others on the machine touch a few of them.</summary>
    public static double Multiplication()
    {
        Span<byte> scalar = stackalloc byte[Ristretto.ScalarLength], point = stackalloc byte[Ristretto.PointLength], result = stackalloc byte[Ristretto.PointLength];
        Ristretto.RandomScalar(scalar);
        if (!Ristretto.TryMultiplyBase(scalar, point))
            throw new InvalidOperationException("A scalar that was just drawn is none.");
        Span<double> times = stackalloc double[Batches];
        foreach (ref var took in times)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < BatchSize; i++)
            {
                if (!Ristretto.TryMultiply(scalar, point, result))
                    throw new InvalidOperationException("A point that was just computed is none.");
                result.CopyTo(point);
            }
            took = Stopwatch.GetElapsedTime(started).TotalMicroseconds / BatchSize;
        }
        times.Sort();
        return times[Batches / 2];
    }
}
