using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>Reads what a caller's certificate says and who signed it. Revoking is taking the caller out of the file.</summary>
static class CallerCertificates
{
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2", SubjectAlternativeName = "2.5.29.17";

    // GeneralName, RFC 5280 section 4.2.1.6.
    static readonly Asn1Tag dnsName = new(TagClass.ContextSpecific, 2);
    static readonly Asn1Tag uri = new(TagClass.ContextSpecific, 6);

    public static bool LeadsTo(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(authority);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.LocalDateTime;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        var leads = chain.Build(certificate);
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return leads;
    }

    /// <summary>DNS names and URIs; none when the extension is malformed.</summary>
    public static IReadOnlyList<string> AlternativeNames(X509Certificate2 certificate)
    {
        var names = new List<string>();
        if (certificate.Extensions.FirstOrDefault(one => one.Oid?.Value == SubjectAlternativeName) is not { } extension)
            return names;
        try
        {
            var list = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (list.HasData)
            {
                var tag = list.PeekTag();
                if (tag.HasSameClassAndValue(dnsName) || tag.HasSameClassAndValue(uri))
                    names.Add(list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                else
                    list.ReadEncodedValue();
            }
            return names;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }
}
