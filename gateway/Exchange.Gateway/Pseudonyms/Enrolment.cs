using Exchange.Gateway.Audit;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>
/// The hub's part of enrolment:
/// 1. the batch is the caller's own and well-formed, 2. quota, 3. the authority evaluates the batch unchanged,
/// 4. X2 = h * X1 with a proof, 5. the count is in the log before anything is released.
/// </summary>
public sealed class Enrolment(AuthorityClient authority, SecretScalar h, EnrolmentHooks hooks) : IDisposable
{
    const int BatchIdLength = 16;

    readonly byte[] hubPoint = h.PublicPoint();

    // A batch takes every core for some 0.4 s of work; one at a time leaves the others to lookups.
    readonly SemaphoreSlim arithmetic = new(1, 1);

    /// <param name="agency">Whom the caller's certificate speaks for.</param>
    public async Task<EnrolledBatch> Enrol(string agency, EnrolmentBatch batch, CancellationToken cancellation)
    {
        var people = batch.Points.Length / Ristretto.PointLength;
        var (enrolled, refusal) = Check(agency, batch, people) is { } wrong ? (null, wrong) : await Evaluate(batch, cancellation).ConfigureAwait(false);
        try
        {
            await hooks.Audit(Event(agency, batch, people, refusal), CancellationToken.None).ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            (enrolled, refusal) = (null, Reasons.Refuse(Reason.AuditUnavailable));
        }
        return enrolled ?? new EnrolledBatch { BatchId = batch.BatchId, Refusal = refusal };
    }

    public void Dispose() => arithmetic.Dispose();

    Refusal? Check(string agency, EnrolmentBatch batch, int people)
    {
        if (batch.Agency != agency)
            return Reasons.Refuse(Reason.NameMismatch);
        if (batch.Points.Length % Ristretto.PointLength != 0 || people is 0 or > BlindedBatch.MaximumPeople || batch.BatchId.Length != BatchIdLength)
            return Reasons.Refuse(Reason.BatchInvalid);
        return hooks.Quota(agency, people);
    }

    async Task<(EnrolledBatch?, Refusal?)> Evaluate(EnrolmentBatch batch, CancellationToken cancellation)
    {
        var (evaluated, refusal) = await authority.Evaluate(batch, cancellation).ConfigureAwait(false);
        if (evaluated is null)
            return (null, refusal);
        if (evaluated.BatchId != batch.BatchId || evaluated.Points.Length != batch.Points.Length || evaluated.Proof is null)
            return (null, Reasons.Refuse(Reason.ProofInvalid, "The key authority answered another batch."));
        await arithmetic.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return Multiply(batch, evaluated);
        }
        finally
        {
            arithmetic.Release();
        }
    }

    (EnrolledBatch?, Refusal?) Multiply(EnrolmentBatch batch, EvaluatedBatch evaluated)
    {
        var inputs = evaluated.Points.Memory;
        var outputs = new byte[inputs.Length];
        if (!PointList.TryMultiply(h, inputs, outputs))
            return (null, Reasons.Refuse(Reason.ProofInvalid, "The key authority sent something that is not a point."));
        return (new EnrolledBatch
        {
            BatchId = batch.BatchId,
            AuthorityPoints = evaluated.Points,
            AuthorityProof = evaluated.Proof,
            HubPoints = UnsafeByteOperations.UnsafeWrap(outputs),
            HubProof = EqualityProof.Prove(h, hubPoint, inputs, outputs),
        }, null);
    }

    static EnrolmentEvent Event(string agency, EnrolmentBatch batch, int people, Refusal? refusal) => new()
    {
        Agency = agency,
        Epoch = batch.Epoch,
        // As the caller sent it, but never more than an id is long.
        BatchId = batch.BatchId.Length <= BatchIdLength ? batch.BatchId : ByteString.Empty,
        People = (uint)people,
        Outcome = refusal switch
        {
            null => AuditOutcome.Answered,
            { Reason: Reason.AuthorityUnavailable or Reason.ProofInvalid or Reason.Cancelled } => AuditOutcome.Failed,
            _ => AuditOutcome.Refused,
        },
        Reason = refusal?.Reason ?? Reason.Unspecified,
    };
}
