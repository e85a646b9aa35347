using System.Security.Cryptography;
using Exchange.Protocol.Identifiers;
using Exchange.V1;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>
/// The agency's side of one enrolment batch. Keeps the blinding scalars and the points sent, not the numbers.
/// Zeroed on disposal.
/// </summary>
public sealed class BlindedBatch : IDisposable
{
    /// <summary>docs/protocol.md section 3.</summary>
    public const int MaximumPeople = 4096;

    readonly byte[] inverses;
    readonly byte[] points;

    /// <summary>X0 = rho * H(id) for each, rho fresh.</summary>
    public BlindedBatch(IReadOnlyList<Identifier> people)
    {
        ArgumentOutOfRangeException.ThrowIfZero(people.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(people.Count, MaximumPeople);
        inverses = GC.AllocateArray<byte>(people.Count * Ristretto.ScalarLength, pinned: true);
        points = new byte[people.Count * Ristretto.PointLength];
        Parallel.For(0, people.Count, i =>
        {
            Span<byte> rho = stackalloc byte[Ristretto.ScalarLength];
            var point = PointList.At(points.AsSpan(), i);
            people[i].HashToPoint(point);
            Ristretto.RandomScalar(rho);
            if (!Ristretto.TryMultiply(rho, point, point) || !Ristretto.TryInvert(rho, PointList.At(inverses.AsSpan(), i)))
                throw new CryptographicException("a number could not be blinded");
            CryptographicOperations.ZeroMemory(rho);
        });
    }

    /// <summary>The list of X0.</summary>
    public ReadOnlyMemory<byte> Points => points;

    /// <summary>Checks both proofs; if either fails, nothing of the batch may be kept.</summary>
    /// <param name="authorityPoint">a*G of this agency and epoch, from the commitments.</param>
    /// <param name="hubPoint">h*G, pinned.</param>
    public bool IsProven(EnrolledBatch answer, ReadOnlySpan<byte> authorityPoint, ReadOnlySpan<byte> hubPoint) =>
        answer is { AuthorityProof: not null, HubProof: not null }
        && answer.AuthorityPoints.Length == points.Length
        && answer.HubPoints.Length == points.Length
        && EqualityProof.Verify(answer.AuthorityProof, authorityPoint, points, answer.AuthorityPoints.Memory)
        && EqualityProof.Verify(answer.HubProof, hubPoint, answer.AuthorityPoints.Memory, answer.HubPoints.Memory);

    /// <summary>stored = (c * rho^-1) * X2 for each, one after another. Only for a batch that <see cref="IsProven"/>.</summary>
    public byte[] Close(ClosingScalar closing, EnrolledBatch answer)
    {
        var stored = new byte[points.Length];
        var hubPoints = answer.HubPoints.Memory;
        Parallel.For(0, PointList.Count(points), i =>
        {
            if (!closing.TryClose(PointList.At(inverses, i), PointList.At(hubPoints.Span, i), PointList.At(stored.AsSpan(), i)))
                throw new CryptographicException("a proven point could not be closed");
        });
        return stored;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(inverses);
}
