using Exchange.Hammer.Curves;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Tests.Curves;

/// <summary>Curves of a run that never was.</summary>
static class Sample
{
    public static CurvesPlan Plan(params IReadOnlyList<string> curves) =>
        new(curves, TimeSpan.FromSeconds(10), CurvesPlan.WantedRounds, CurvesPlan.WantedLength, IsQuick: false, Concurrency: 128, People: 1200);

    /// <summary>Twice as slow with each ten times as many people; everything else is flat.</summary>
    public static CurvesFigures Figures() => new(
        DateTimeOffset.UnixEpoch, Soak.Sample.Machine("abc"), 0.1, Plan([.. Curve.All.Select(one => one.Name)]),
        [.. Curve.All.Select(curve => new CurveFigures(curve.Name, [.. curve.Sizes.Index().Select(size => Point(size.Item, curve == Curve.People ? 1 << size.Index : 1))], []))]);

    public static CurvePoint Point(int size, double slower) => new(
        size, new StartUp(1, 40, 40) { AdapterSeconds = 1 }, 12, 11, [.. new[] { 0.99, 1, 1.01 }.Select(pace => new Round(
            1000, 5, 5000 / slower * pace, 1000 * slower, 1500 * slower, 2000 * slower, 3000 * slower, 4000 * slower, 50 * slower, 60, null, 70, 5000))]);
}
