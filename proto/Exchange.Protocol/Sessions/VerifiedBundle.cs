using Exchange.Protocol.Identity;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>A node's key that its agency vouches for.</summary>
/// <param name="Certificate">Of the agency, by which the bundle was found good.</param>
public sealed record VerifiedBundle(
    string Agency, string Node, string Suite, ByteString PublicKey, ByteString KeyId, DateTimeOffset IssuedAt, DateTimeOffset NotAfter, VerifiedCertificate Certificate);
