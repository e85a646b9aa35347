namespace Exchange.Protocol.Pseudonyms;

/// <summary>RFC 9497 section 3.1; it separates the hashes of one mode from another's.</summary>
enum OprfMode : byte
{
    Plain = 0,
    Verifiable = 1,
}
