using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Bulk;

/// <summary>One list linked, beside the arithmetic that nobody can spare it.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="Multiplication">Of a point by a scalar, on one thread of this machine, before and after the list; microseconds.</param>
/// <param name="Enrolled">People of all four agencies.</param>
/// <param name="EnrolledIn">Seconds.</param>
/// <param name="Seconds">From the first item of the list to its last result.</param>
/// <param name="Questions">That the list takes; each was answered, and had its receipt.</param>
/// <param name="Cold">Of COLD lookups that the hub counted meanwhile; null when it did not say.</param>
/// <param name="Cpu">Microseconds of CPU a person, by process.</param>
sealed record BulkFigures(
    DateTimeOffset Began, MachineFacts Machine, double Load, BulkPlan Plan, Spread Multiplication, int Enrolled, double EnrolledIn, double Seconds, long Questions, long? Cold,
    IReadOnlyDictionary<string, double> Cpu) : IMeasured
{
    public const string Name = "bulk";

    public string Verb { get; } = Name;

    public string? Shortcoming => Plan.People < BulkPlan.Wanted ? FormattableString.Invariant($"its list has {Plan.People:#,0} people, and {BulkPlan.Wanted:#,0} are wanted") : null;

    public double PerSecond => Math.Round(Plan.People / Seconds, 1);

    /// <summary>Seconds that the multiplications of all questions take on all cores.</summary>
    public double Bound => Math.Round(Questions * Targets.Multiplications * Multiplication.Median / 1e6 / Machine.Cores, 3);

    public double TimesBound => Math.Round(Seconds / Bound, 2);

    /// <summary>Share of all cores that the processes of the run were using.</summary>
    public double Busy => Math.Round(Cpu.Values.Sum() * Plan.People / 1e6 / (Seconds * Machine.Cores), 3);
}
