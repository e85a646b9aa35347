using System.Security.Cryptography;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Mail;

/// <summary>The private half of a mailbox, for the agency's key store. Zeroed on disposal.</summary>
public sealed class MailboxKey : IDisposable
{
    MailboxKey(ByteString id, DateTimeOffset issued, HpkeKeyPair keys) => (Id, Issued, Keys) = (id, issued, keys);

    /// <summary>8 random bytes.</summary>
    public ByteString Id { get; }

    public DateTimeOffset Issued { get; }

    internal HpkeKeyPair Keys { get; }

    public static MailboxKey Draw(DateTimeOffset now) =>
        new(ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SessionRules.KeyIdSize)), now, HpkeKeyPair.Generate(HpkeSuite.X25519));

    /// <param name="privateKey">32 bytes, copied.</param>
    public static MailboxKey Kept(ByteString id, DateTimeOffset issued, ReadOnlySpan<byte> privateKey) =>
        new(id, issued, HpkeKeyPair.FromPrivateKey(HpkeSuite.X25519, privateKey));

    /// <summary>32 bytes, for the key store; the caller zeroes them.</summary>
    public byte[] ExportPrivateKey() => Keys.ExportPrivateKey();

    /// <summary>What others seal for, in the agency's name.</summary>
    public Mailbox Publish(AgencySigner signer) => Mailboxes.Sign(signer, new Mailbox
    {
        Agency = signer.Name.Id,
        Suite = Keys.Suite,
        PublicKey = ByteString.CopyFrom(Keys.PublicKey),
        KeyId = Id,
        IssuedAtUnixMs = Issued.ToUnixTimeMilliseconds(),
        NotAfterUnixMs = (Issued + MailRules.AcceptedFor).ToUnixTimeMilliseconds(),
    });

    public void Dispose() => Keys.Dispose();
}
