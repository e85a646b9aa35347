using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Samples;
using Exchange.Gateway.Pseudonyms;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Benchmarks.Cases;

/// <summary>The hub's point work of a COLD lookup, keys looked up and everything checked, beside libsodium's multiplication by itself.</summary>
public class Translating
{
    readonly Translator translator = new();
    readonly byte[] x = SecretScalar.Random().PublicPoint(), scalar = SecretScalar.Random().Bytes.ToArray(), z = new byte[Ristretto.PointLength];

    public Translating()
    {
        var keys = new TranslationKeys { Generation = 1, Keys = { Key(Parties.Town), Key(Parties.Tax) } };
        translator.Use(TranslationKeyRing.Parse(keys)!);
    }

    [Benchmark(Baseline = true)]
    public int Libsodium() => BareSodium.Multiply(z, scalar, x);

    [Benchmark]
    public bool Hub() => translator.TryTranslate(Parties.Town, 1, Parties.Tax, 1, x, z);

    static TranslationKey Key(string agency)
    {
        using var key = SecretScalar.Random();
        return new TranslationKey { Agency = agency, Epoch = 1, Key = ByteString.CopyFrom(key.Bytes) };
    }
}
