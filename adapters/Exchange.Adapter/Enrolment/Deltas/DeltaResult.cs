using Exchange.Adapter.Sources.People;
using Exchange.V1;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <summary>What came of a file of changes.</summary>
/// <param name="Bad">Lines passed over.</param>
/// <param name="Quarantined">Keys of local persons who share a number, group by group.</param>
/// <param name="Refusal">Why it stopped before the end; null when it did not. What was done is done, and doing all of it again changes nothing of that.</param>
sealed record DeltaResult(DeltaCounts Counts, IReadOnlyList<BadLine> Bad, IReadOnlyList<IReadOnlyList<string>> Quarantined, Refusal? Refusal)
{
    /// <summary>In words, for people.</summary>
    public override string ToString() =>
        $"{Counts.Enrolled.New} new, {Counts.Enrolled.Corrected} corrected, {Counts.Enrolled.Changed} changed, {Counts.Enrolled.Unchanged} unchanged, {Counts.Removed} removed, {Counts.MovedOut} moved out, {Counts.Died} died; {Bad.Count} lines passed over; {Quarantined.Sum(group => group.Count)} quarantined";
}

/// <param name="MovedOut">Of whom nothing is changed here.</param>
/// <param name="Died">Of whom nothing is changed here.</param>
readonly record struct DeltaCounts(EnrolmentCounts Enrolled, int Removed, int MovedOut, int Died);
