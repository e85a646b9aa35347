using Exchange.V1;

namespace Exchange.Adapter.Enrolment;

/// <summary>What came of an enrolment. Batches saved before it stopped stay saved; running it again goes on from there.</summary>
/// <param name="Bad">Lines passed over.</param>
/// <param name="Quarantined">Keys of local persons who share a number, group by group.</param>
/// <param name="Refusal">Why it stopped before the end; null when it did not.</param>
public sealed record EnrolmentResult(EnrolmentCounts Counts, int Bad, IReadOnlyList<IReadOnlyList<string>> Quarantined, Refusal? Refusal);
