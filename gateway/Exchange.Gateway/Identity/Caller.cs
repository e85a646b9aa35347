using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Identity;

/// <summary>An agency, as its TLS certificate names it.</summary>
public sealed record Caller(string Agency, X509Certificate2 Certificate);

/// <summary>From a connection's certificate to an agency of the directory that is not suspended.</summary>
public sealed class CallerCheck(CertificateVerifier certificates, PolicyReloader policy)
{
    /// <exception cref="RpcException">CERTIFICATE_REQUIRED, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_REVOKED, NAME_MISMATCH, REVOCATION_LIST_STALE, AGENCY_UNKNOWN or AGENCY_SUSPENDED.</exception>
    public Caller Require(ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate
            ?? throw Reasons.Refuse(Reason.CertificateRequired).ToRpcException();
        if (!certificates.TryVerify(certificate, CertificateUse.Client, out var verified, out var reason))
            throw Reasons.Refuse(reason).ToRpcException();
        if (verified.Name.Kind != NameKind.Agency)
            throw Reasons.Refuse(Reason.NameMismatch).ToRpcException();
        var caller = new Caller(verified.Name.Id, certificate);
        if (Standing(caller.Agency) is { } refusal)
            throw refusal.ToRpcException();
        return caller;
    }

    /// <summary>An agency that is not suspended, an auditor or a witness.</summary>
    public bool MayReadLog(X509Certificate2? certificate) =>
        certificate is not null && certificates.TryVerify(certificate, CertificateUse.Client, out var verified, out _)
        && (verified.Name.Kind is NameKind.Auditor or NameKind.Witness || (verified.Name.Kind == NameKind.Agency && Standing(verified.Name.Id) is null));

    /// <summary>Null when the agency may take part today.</summary>
    public Refusal? Standing(string agency)
    {
        if (!policy.Current.Directory.TryGetAgency(agency, out var known))
            return Reasons.Refuse(Reason.AgencyUnknown);
        return known.IsActive ? null : Reasons.Refuse(Reason.AgencySuspended);
    }
}
