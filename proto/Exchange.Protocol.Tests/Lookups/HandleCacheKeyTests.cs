using System.Security.Cryptography;
using Exchange.Protocol.Lookups;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class HandleCacheKeyTests
{
    [Fact]
    public void The_platforms_MAC_gives_every_wycheproof_tag_and_no_altered_one()
    {
        var (right, altered) = (0, 0);
        foreach (var (group, test) in Vectors.Wycheproof("wycheproof_hmac_sha256.json"))
        {
            var mac = HMACSHA256.HashData(test.Hex("key"), test.Hex("msg"));
            Assert.Equal(test.IsValid(), mac.AsSpan(0, group.GetProperty("tagSize").GetInt32() / 8).SequenceEqual(test.Hex("tag")));
            if (test.IsValid())
                right++;
            else
                altered++;
        }
        Assert.Equal((66, 108), (right, altered));
    }

    [Fact]
    public void One_known_handle_has_this_name_and_another_person_provider_data_set_or_key_another()
    {
        var (key, stored) = ("fbb76b7634b5185e5e64de962d087ee40bbd4e22a7236b64c804fd7f8b2713ec", "f6d2471f37edbdf7f2b35f3768097270d23d472dceda086ef40c554b51dc910e");
        const string Known = "ac13410913d86c8ba98dab285d9c8180bd169526bd9246c8a53ac1f1d6ca0241";
        Assert.Equal(Known, Name(key, stored, "jp.tax", "tax.income.v1"));
        string[] others = [Name(stored, stored, "jp.tax", "tax.income.v1"), Name(key, key, "jp.tax", "tax.income.v1"), Name(key, stored, "jp.taxt", "ax.income.v1"), Name(key, stored, "jp.tax", "tax.income.v2")];
        Assert.Equal(4, others.Except([Known]).Distinct().Count());
    }

    static string Name(string key, string stored, string provider, string dataSet)
    {
        using var names = new HandleCacheKey(Convert.FromHexString(key));
        var name = new byte[HandleCacheKey.Size];
        names.Compute(Convert.FromHexString(stored), provider, dataSet, name);
        return Convert.ToHexStringLower(name);
    }
}
