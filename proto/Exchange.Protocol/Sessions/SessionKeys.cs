using System.Security.Cryptography;
using Exchange.Protocol.Hpke;

namespace Exchange.Protocol.Sessions;

/// <summary>k_ab and k_ba. Never serialised.</summary>
sealed class SessionKeys : IDisposable
{
    SessionKeys(AeadKey toProvider, AeadKey toRequester)
    {
        ToProvider = toProvider;
        ToRequester = toRequester;
    }

    public AeadKey ToProvider { get; }

    public AeadKey ToRequester { get; }

    public static SessionKeys From(HpkeContext context) => new(Export(context, "xhub/v1/req"u8), Export(context, "xhub/v1/res"u8));

    /// <summary>For known answers.</summary>
    public static SessionKeys From(ReadOnlySpan<byte> toProvider, ReadOnlySpan<byte> toRequester) => new(new AeadKey(toProvider), new AeadKey(toRequester));

    public void Dispose()
    {
        ToProvider.Dispose();
        ToRequester.Dispose();
    }

    static AeadKey Export(HpkeContext context, ReadOnlySpan<byte> label)
    {
        Span<byte> key = stackalloc byte[AeadKey.KeySize];
        context.Export(label, key);
        var made = new AeadKey(key);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }
}
