namespace Exchange.Protocol.Identifiers;

/// <summary>The type byte of H(id), docs/protocol.md section 2.</summary>
public enum IdentifierType
{
    None = 0,
    MyNumber = 1,
    CorporateNumber = 2,
}
