using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.V1;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>What is signed at enrolment: an agency's batch and the authority's commitments.</summary>
public static class EnrolmentSigning
{
    /// <summary>T("xhub/v1/enrol", agency, epoch, batch id, time, SHA-256(points)).</summary>
    public static byte[] Bytes(EnrolmentBatch batch) => Parts.Encode(
        "xhub/v1/enrol", batch.Agency, batch.Epoch, batch.BatchId, batch.TimeUnixMs, SHA256.HashData(batch.Points.Span));

    /// <summary>T("xhub/v1/commitments", version, hub point, agency, epoch, point, ...) in the order they stand.</summary>
    public static byte[] Bytes(Commitments commitments)
    {
        var parts = new List<Part> { "xhub/v1/commitments", commitments.Version, commitments.HubPoint };
        foreach (var one in commitments.Agencies)
            parts.AddRange([one.Agency, one.Epoch, one.Point]);
        return Parts.Encode([.. parts]);
    }
}
