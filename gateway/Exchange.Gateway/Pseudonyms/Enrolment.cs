using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>
/// The hub's part of enrolment:
/// 1. the batch is the caller's own and well-formed, 2. quota, 3. the authority evaluates the batch unchanged,
/// 4. X2 = h * X1 with a proof, 5. the count is in the log before anything is released. So are refusals, up to a rate.
/// </summary>
public sealed class Enrolment(AuthorityClient authority, SecretScalar h, EnrolmentHooks hooks) : IDisposable
{
    const int BatchIdLength = 16;

    readonly byte[] hubPoint = h.PublicPoint();

    // A batch takes every core for some 0.4 s of work; one at a time leaves the others to lookups.
    readonly SemaphoreSlim arithmetic = new(1, 1);

    /// <summary>Streams of batches; an agency has one at a time, and with it one batch.</summary>
    public Places Streams { get; } = new(1);

    /// <param name="agency">Whom the caller's certificate speaks for.</param>
    public async Task<EnrolledBatch> Enrol(string agency, EnrolmentBatch batch, CancellationToken cancellation)
    {
        var people = batch.Points.Length / Ristretto.PointLength;
        EnrolledBatch? enrolled = null;
        if (Check(agency, batch, people) is not { } refusal)
        {
            // What exceeds the quota is counted by the quota.
            if (hooks.Quota(agency, people) is { } exceeded)
                return Refused(batch, exceeded);
            (enrolled, refusal) = await Evaluate(batch, cancellation).ConfigureAwait(false);
        }
        // As for lookups, a flood cannot fill the log.
        if (refusal is not null && !hooks.MayWrite(agency))
            return Refused(batch, refusal);
        try
        {
            await hooks.Audit(Event(agency, batch, people, refusal), CancellationToken.None).ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            (enrolled, refusal) = (null, Reasons.Refuse(Reason.AuditUnavailable));
        }
        return enrolled ?? Refused(batch, refusal);
    }

    public void Dispose() => arithmetic.Dispose();

    static EnrolledBatch Refused(EnrolmentBatch batch, Refusal? refusal) => new() { BatchId = batch.BatchId, Refusal = refusal };

    static Refusal? Check(string agency, EnrolmentBatch batch, int people)
    {
        if (batch.Agency != agency)
            return Reasons.Refuse(Reason.NameMismatch);
        return batch.Points.Length % Ristretto.PointLength != 0 || people is 0 or > BlindedBatch.MaximumPeople || batch.BatchId.Length != BatchIdLength
            ? Reasons.Refuse(Reason.BatchInvalid)
            : null;
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
