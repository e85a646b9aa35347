using Exchange.V1;

namespace Exchange.Adapter.Enrolment;

/// <param name="Enrolled">Saved so far.</param>
/// <param name="Bad">Lines passed over so far.</param>
/// <param name="Waiting">Why a batch is about to be repeated; null while all goes well.</param>
public readonly record struct EnrolmentProgress(int Enrolled, int Bad, Refusal? Waiting);
