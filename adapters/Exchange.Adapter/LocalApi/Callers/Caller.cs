using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>A system of this agency that may ask.</summary>
/// <param name="Certificate">Null when it comes with tokens only.</param>
/// <param name="Token">Null when it comes with a certificate only.</param>
public sealed record Caller(string Name, CertificateIdentity? Certificate, TokenIdentity? Token, FrozenSet<(string Task, string DataSet)> MayAsk)
{
    /// <summary>It may mark people at risk.</summary>
    public bool MayProtect { get; init; }

    /// <summary>Its officials may decide on questions about people at risk.</summary>
    public bool MayApprove { get; init; }

    /// <summary>Its officials may take back and correct what was told, and see and acknowledge the notices of others.</summary>
    public bool MayRecall { get; init; }

    public bool May(string task, string dataSet) => MayAsk.Contains((task, dataSet));
}

/// <summary>How a certificate is recognised: by exactly one of the three.</summary>
/// <param name="Sha256">Of the DER, upper-case hex: this one certificate and no other.</param>
/// <param name="AlternativeName">A URI or DNS name of the SAN; the chain must end at the authority named in the file.</param>
/// <param name="Subject">As in RFC 4514; the chain must end at the authority named in the file.</param>
public sealed record CertificateIdentity(string? Sha256, string? AlternativeName, string? Subject);

/// <summary>What a token must say, and whose signature it must bear (ES256).</summary>
public sealed record TokenIdentity(string Issuer, string Audience, string Subject, ECDsaSecurityKey Key);
