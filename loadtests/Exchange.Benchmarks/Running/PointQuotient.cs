using System.Diagnostics;
using Exchange.Benchmarks.Cases;

namespace Exchange.Benchmarks.Running;

/// <summary>
/// The hub's point work of a COLD lookup, divided by one multiplication of libsodium. The two take turns in less than a millisecond, so that
/// whatever else the machine does falls on both: cases that are measured one after the other would not bear a quotient this near to 1.
/// </summary>
/// <param name="Median">Of the quotients of all rounds.</param>
/// <param name="LowerQuartile">A quarter of the rounds had less.</param>
/// <param name="UpperQuartile">A quarter of the rounds had more.</param>
/// <param name="LibsodiumUs">Microseconds, median.</param>
/// <param name="HubUs">Microseconds, median.</param>
sealed record PointQuotient(int Rounds, double Median, double LowerQuartile, double UpperQuartile, double LibsodiumUs, double HubUs)
{
    /// <summary>Multiplications of each in a round: so short that most rounds are over before another process takes the core.</summary>
    const int InRound = 8;

    /// <summary>What the quotient may be at the most.</summary>
    public double Target { get; } = 1.15;

    public bool Met => Median <= Target;

    public static PointQuotient Measure(int rounds)
    {
        var cases = new Translating();
        var (bare, hub, quotients) = (new double[rounds], new double[rounds], new double[rounds]);
        for (var warmUp = 0; warmUp < 20; warmUp++)
        {
            Libsodium();
            Hub();
        }
        for (var round = 0; round < rounds; round++)
        {
            // Who begins alternates as well.
            if (round % 2 == 0)
                (bare[round], hub[round]) = (Libsodium(), Hub());
            else
                (hub[round], bare[round]) = (Hub(), Libsodium());
            quotients[round] = hub[round] / bare[round];
        }
        return new PointQuotient(rounds, Math.Round(At(quotients, 0.5), 3), Math.Round(At(quotients, 0.25), 3), Math.Round(At(quotients, 0.75), 3), Math.Round(At(bare, 0.5), 2), Math.Round(At(hub, 0.5), 2));

        double Libsodium() => Time(() => cases.Libsodium() == 0);
        double Hub() => Time(cases.Hub);
    }

    /// <returns>Microseconds of one.</returns>
    static double Time(Func<bool> multiply)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < InRound; i++)
            if (!multiply())
                throw new InvalidOperationException("a point was refused");
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / InRound;
    }

    static double At(double[] values, double share) => values.Order().ElementAt((int)(share * (values.Length - 1)));
}
