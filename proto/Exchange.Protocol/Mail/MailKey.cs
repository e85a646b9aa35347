using System.Security.Cryptography;
using Exchange.Protocol.Hpke;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Mail;

/// <summary>The key that seals one letter.</summary>
static class MailKey
{
    public static AeadKey Of(HpkeContext context, string label)
    {
        Span<byte> key = stackalloc byte[AeadKey.KeySize];
        context.Export(System.Text.Encoding.ASCII.GetBytes(label), key);
        var made = new AeadKey(key);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }
}
