using Exchange.Hosting.Errors;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.KeyAuthority.Serving;

/// <summary>The authority's calls, for one hub. The caller's certificate is looked at anew with each, so a revocation ends an open connection.</summary>
public sealed class AuthorityGrpcService(
    LiveKeys keys, BatchChecks checks, CertificateVerifier verifier, KeyAuthorityOptions options, ILogger<AuthorityGrpcService> log)
    : AuthorityService.AuthorityServiceBase
{
    public override Task<EvaluatedBatch> EvaluateBatch(EnrolmentBatch request, ServerCallContext context)
    {
        RequireHub(context);
        if (checks.Check(request) is { } refusal)
            throw Refused(request, refusal);
        var inputs = request.Points.Memory;
        var outputs = new byte[inputs.Length];
        using var scalar = keys.Scalar(request.Agency, request.Epoch);
        if (!PointList.TryMultiply(scalar, inputs, outputs))
            throw Refused(request, Reasons.Refuse(Reason.PointInvalid));
        var evaluated = new EvaluatedBatch
        {
            BatchId = request.BatchId,
            Points = UnsafeByteOperations.UnsafeWrap(outputs),
            Proof = EqualityProof.Prove(scalar, scalar.PublicPoint(), inputs, outputs),
        };
        Log.BatchEvaluated(log, request.Agency, request.Epoch, outputs.Length / Ristretto.PointLength);
        return Task.FromResult(evaluated);
    }

    public override Task<Commitments> GetCommitments(GetAuthorityCommitmentsRequest request, ServerCallContext context)
    {
        RequireHub(context);
        return Task.FromResult(keys.Commitments);
    }

    public override Task<TranslationKeys> GetTranslationKeys(GetTranslationKeysRequest request, ServerCallContext context)
    {
        RequireHub(context);
        var translation = keys.TranslationKeys;
        Log.TranslationKeysGiven(log, translation.Generation, translation.Keys.Count);
        return Task.FromResult(translation);
    }

    void RequireHub(ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        if (certificate is null)
            throw Reasons.Refuse(Reason.CertificateRequired).ToRpcException();
        if (!verifier.TryVerify(certificate, CertificateUse.Client, out var verified, out var reason))
            throw Reasons.Refuse(reason).ToRpcException();
        if (!options.Hubs.Any(hub => verified.Name == CertificateName.Hub(hub)))
            throw Reasons.Refuse(Reason.NameMismatch, "The key authority serves its hub alone.").ToRpcException();
    }

    RpcException Refused(EnrolmentBatch batch, Refusal refusal)
    {
        // The id is the caller's word until its signature is checked; only a known agency's goes into the log.
        Log.BatchRefused(log, keys.Find(batch.Agency) is null ? "an unknown agency" : batch.Agency, Reasons.Name(refusal.Reason));
        return refusal.ToRpcException();
    }
}
