using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>A node's key that its agency vouches for.</summary>
public sealed record VerifiedBundle(string Agency, string Node, string Suite, ByteString PublicKey, ByteString KeyId, DateTimeOffset IssuedAt, DateTimeOffset NotAfter);
