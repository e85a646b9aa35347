using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Exchange.Protocol.Identity;

namespace Exchange.Protocol.Tests.Identity;

/// <summary>Signatures of agencies, as a verified certificate checks them.</summary>
public sealed class SignatureTests
{
    [Fact]
    public void Every_wycheproof_case_that_has_a_form_of_64_bytes_is_taken_or_refused_as_it_must_be()
    {
        var (taken, refused, formless) = (0, 0, 0);
        foreach (var (group, test) in Vectors.Wycheproof("wycheproof_ecdsa_secp256r1_sha256.json"))
        {
            if (ToP1363(test.Hex("sig")) is not { } signature)
            {
                Assert.False(test.IsValid());
                formless++;
                continue;
            }
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(group.Hex("publicKeyDer"), out _);
            Assert.Equal(test.IsValid(), Certificate(key).HasSigned(test.Hex("msg"), signature));
            if (test.IsValid())
                taken++;
            else
                refused++;
        }
        // Of 484; what has no form of 64 bytes is malformed DER, or a number that is negative or too long.
        Assert.Equal((174, 75, 235), (taken, refused, formless));
    }

    [Fact]
    public void One_known_signature_is_taken_and_no_other_length_order_or_range()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Convert.FromHexString("04aaec73635726f213fb8a9e64da3b8632e41495a944d0045b522eba7240fad5"),
                Y = Convert.FromHexString("87d9315798aaa3a5ba01775787ced05eaaf7b4e09fc81d6d1aa546e8365d525d"),
            },
        });
        byte[] r = Convert.FromHexString("530bd6b0c9af2d69ba897f6b5fb59695cfbf33afe66dbadcf5b8d2a2a6538e23"), s = Convert.FromHexString("d85e489cb7a161fd55ededcedbf4cc0c0987e3e3f0f242cae934c72caa3f43e9");
        var order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        var certificate = Certificate(key);
        Assert.True(certificate.HasSigned("Msg"u8, [.. r, .. s]));
        Assert.False(certificate.HasSigned("msg"u8, [.. r, .. s]));
        foreach (var signature in new byte[][] { [], [.. r, .. s, 0], [.. s, .. r], [.. r, .. order], [.. order, .. s], [.. r, .. new byte[32]], new byte[64] })
            Assert.False(certificate.HasSigned("Msg"u8, signature));
    }

    static VerifiedCertificate Certificate(ECDsa key) => new(CertificateName.Agency("jp.tax"), key, "", "", DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>Null when it is not DER of two numbers of at most 32 bytes.</summary>
    static byte[]? ToP1363(byte[] der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var numbers = reader.ReadSequence();
            var (r, s) = (numbers.ReadInteger(), numbers.ReadInteger());
            numbers.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            var signature = new byte[VerifiedCertificate.SignatureSize];
            return Put(r, signature.AsSpan(0, 32)) && Put(s, signature.AsSpan(32)) ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }

        static bool Put(BigInteger number, Span<byte> place)
        {
            if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > place.Length)
                return false;
            return number.TryWriteBytes(place[(place.Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        }
    }
}
