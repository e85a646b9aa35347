namespace Exchange.Protocol.Identity;

/// <summary>What a certificate speaks for. The hub and the key authority never hold an agency's name.</summary>
public enum NameKind
{
    Agency,
    Hub,
    Authority,
    Auditor,
    Witness,
}

/// <summary>The name in a certificate's SAN URI, such as <c>urn:xhub:agency:jp.tax</c>.</summary>
/// <param name="Id">Id of an agency, hub, auditor or witness; empty for the key authority.</param>
public sealed record CertificateName(NameKind Kind, string Id)
{
    public static CertificateName Agency(string id) => new(NameKind.Agency, id);

    public static CertificateName Hub(string name) => new(NameKind.Hub, name);

    /// <summary>Reads the entries of logs, such as a court of audit.</summary>
    public static CertificateName Auditor(string id) => new(NameKind.Auditor, id);

    /// <summary>Cosigns checkpoints, and reads entries.</summary>
    public static CertificateName Witness(string id) => new(NameKind.Witness, id);

    public static CertificateName Authority { get; } = new(NameKind.Authority, "");

    public bool IsAgency(string id) => Kind == NameKind.Agency && Id == id;

    public override string ToString() => AgencyNames.ToUri(this);
}
