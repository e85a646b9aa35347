using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class X25519Tests
{
    [Fact]
    public void Every_wycheproof_case_gives_its_shared_secret_or_is_refused_when_that_is_zero()
    {
        var cases = 0;
        foreach (var (_, test) in Vectors.Wycheproof("wycheproof_x25519.json"))
        {
            var expected = test.Hex("shared");
            var actual = new byte[32];
            var agreed = X25519.TryMultiply(test.Hex("private"), test.Hex("public"), actual);
            Assert.Equal(expected.Any(one => one != 0), agreed);
            Assert.Equal(expected, actual);
            cases++;
        }
        Assert.Equal(518, cases);
    }
}
