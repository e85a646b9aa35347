using System.Security.Cryptography;

namespace Exchange.Hammer.Offices;

/// <summary>Draws few of many often: the first twice as often as the second, three times as often as the third. So are towns' populations, and how often people are asked about.</summary>
sealed class Zipf
{
    const int Grain = 1 << 30;

    readonly double[] upTo;

    public Zipf(int count)
    {
        var sum = 0.0;
        upTo = [.. Enumerable.Range(1, count).Select(rank => sum += 1.0 / rank)];
    }

    /// <returns>From 0.</returns>
    public int Draw()
    {
        var place = Array.BinarySearch(upTo, RandomNumberGenerator.GetInt32(Grain) / (double)Grain * upTo[^1]);
        return Math.Min(place < 0 ? ~place : place + 1, upTo.Length - 1);
    }
}
