namespace Exchange.Protocol.Identity;

/// <summary>What a certificate speaks for. The hub and the key authority never hold an agency's name.</summary>
public enum NameKind
{
    Agency,
    Hub,
    Authority,
}

/// <summary>The name in a certificate's SAN URI, such as <c>urn:xhub:agency:jp.tax</c>.</summary>
/// <param name="Id">Agency id or hub name; empty for the key authority.</param>
public sealed record CertificateName(NameKind Kind, string Id)
{
    public static CertificateName Agency(string id) => new(NameKind.Agency, id);

    public static CertificateName Hub(string name) => new(NameKind.Hub, name);

    public static CertificateName Authority { get; } = new(NameKind.Authority, "");

    public bool IsAgency(string id) => Kind == NameKind.Agency && Id == id;

    public override string ToString() => AgencyNames.ToUri(this);
}
