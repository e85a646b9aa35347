using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Protocol.Identity;

/// <summary>Names as they stand in certificates. Anything but the exact form is no name at all.</summary>
public static class AgencyNames
{
    /// <summary>Characters of an agency id or hub name.</summary>
    public const int MaximumIdLength = 64;

    const string AuthorityUri = "urn:xhub:authority";

    static readonly (NameKind Kind, string Prefix)[] prefixes =
    [
        (NameKind.Agency, "urn:xhub:agency:"), (NameKind.Hub, "urn:xhub:hub:"), (NameKind.Auditor, "urn:xhub:auditor:"), (NameKind.Witness, "urn:xhub:witness:"),
    ];

    const string SubjectAlternativeName = "2.5.29.17";
    const int MaximumExtensionBytes = 4096;

    // GeneralName ::= CHOICE { ..., uniformResourceIdentifier [6] IA5String, ... }, RFC 5280 section 4.2.1.6
    static readonly Asn1Tag uriTag = new(TagClass.ContextSpecific, 6);
    static readonly SearchValues<char> idCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <summary>Lower-case letters, digits, dots and hyphens; begins and ends with a letter or digit; no empty part.</summary>
    public static bool IsId([NotNullWhen(true)] string? id) =>
        id is { Length: > 0 and <= MaximumIdLength }
        && !id.AsSpan().ContainsAnyExcept(idCharacters)
        && char.IsAsciiLetterOrDigit(id[0]) && char.IsAsciiLetterOrDigit(id[^1])
        && !id.Contains("..", StringComparison.Ordinal);

    public static string ToUri(CertificateName name) =>
        name.Kind == NameKind.Authority ? AuthorityUri : prefixes.Single(one => one.Kind == name.Kind).Prefix + name.Id;

    public static bool TryParse(string uri, [NotNullWhen(true)] out CertificateName? name)
    {
        name = uri == AuthorityUri ? CertificateName.Authority : null;
        foreach (var (kind, prefix) in prefixes)
            if (uri.StartsWith(prefix, StringComparison.Ordinal) && IsId(uri[prefix.Length..]))
                name = new CertificateName(kind, uri[prefix.Length..]);
        return name is not null;
    }

    /// <summary>The name in the certificate's only SAN URI. A second URI, of whatever kind, leaves it without a name.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out CertificateName? name)
    {
        name = null;
        var extensions = certificate.Extensions.Where(one => one.Oid?.Value == SubjectAlternativeName).ToArray();
        if (extensions.Length != 1 || extensions[0].RawData.Length > MaximumExtensionBytes)
            return false;
        return TryReadOnlyUri(extensions[0].RawData, out var uri) && TryParse(uri, out name);
    }

    static bool TryReadOnlyUri(ReadOnlyMemory<byte> extension, [NotNullWhen(true)] out string? uri)
    {
        uri = null;
        try
        {
            var reader = new AsnReader(extension, AsnEncodingRules.DER);
            var names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(uriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }
                if (uri is not null)
                    return false;
                uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag);
            }
        }
        catch (AsnContentException)
        {
            return false;
        }
        return uri is not null;
    }
}
