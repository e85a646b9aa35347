using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.KeyAuthority.Serving;

/// <summary>
/// What the authority demands of a batch before it multiplies: the agency itself must have signed it, now, once, and
/// within its allowance. The hub forwards and cannot enrol in anybody's name.
/// </summary>
public sealed class BatchChecks(LiveKeys keys, CertificateVerifier verifier, SeenBatches seen, PeopleLimit limit, TimeProvider time)
{
    /// <summary>How far a batch's time may be from the authority's clock.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    const int BatchIdLength = 16;

    // Replays are looked for, charged and remembered by one batch at a time.
    readonly Lock gate = new();

    public Refusal? Check(EnrolmentBatch batch) => CheckShape(batch) ?? CheckAuthor(batch) ?? CheckTime(batch) ?? CheckOnce(batch);

    Refusal? CheckShape(EnrolmentBatch batch)
    {
        var people = batch.Points.Length / Ristretto.PointLength;
        if (batch.Points.Length % Ristretto.PointLength != 0 || people is 0 or > BlindedBatch.MaximumPeople)
            return Reasons.Refuse(Reason.BatchInvalid);
        if (batch.BatchId.Length != BatchIdLength)
            return Reasons.Refuse(Reason.BatchInvalid, $"A batch id has {BatchIdLength} bytes.");
        if (keys.Find(batch.Agency) is not { } agency)
            return Reasons.NotAdmitted(batch.Agency, batch.Epoch);
        return agency.Epochs.Contains(batch.Epoch) ? null : Reasons.Refuse(Reason.EpochMismatch);
    }

    Refusal? CheckAuthor(EnrolmentBatch batch)
    {
        if (!verifier.TryVerifyAgency(batch.Chain, batch.Agency, out var certificate, out var reason))
            return Reasons.Refuse(reason);
        return certificate.HasSigned(EnrolmentSigning.Bytes(batch), batch.Signature.Span) ? null : Reasons.Refuse(Reason.SignatureInvalid);
    }

    Refusal? CheckTime(EnrolmentBatch batch)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var window = (long)Window.TotalMilliseconds;
        return batch.TimeUnixMs >= now - window && batch.TimeUnixMs <= now + window ? null : Reasons.Refuse(Reason.TimeOutOfRange);
    }

    Refusal? CheckOnce(EnrolmentBatch batch)
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(batch.TimeUnixMs) + Window;
        try
        {
            lock (gate)
            {
                if (seen.Contains(batch.Agency, batch.BatchId.Span))
                    return Reasons.Refuse(Reason.BatchReplayed);
                if (!limit.TryTake(batch.Agency, batch.Points.Length / Ristretto.PointLength, out var wait))
                    return Reasons.Refuse(Reason.QuotaExceeded, "The agency has enrolled as many people as the key authority allows for now.", wait);
                return seen.TryAdd(batch.Agency, batch.BatchId.Span, until, time.GetUtcNow()) ? null : Reasons.Refuse(Reason.BatchReplayed);
            }
        }
        catch (SqliteException)
        {
            return Reasons.Refuse(Reason.AuthorityUnavailable, "The key authority cannot remember batch ids, so it evaluates none.");
        }
    }
}
