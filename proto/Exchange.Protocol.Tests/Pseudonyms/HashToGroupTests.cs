using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

public sealed class HashToGroupTests
{
    [Fact]
    public void Blinded_and_evaluated_elements_match_every_vector_of_rfc_9497()
    {
        var cases = 0;
        foreach (var suite in Vectors.Load("rfc9497_ristretto255_sha512.json").EnumerateArray())
        {
            var mode = (OprfMode)suite.GetProperty("mode").GetInt32();
            if (mode is not (OprfMode.Plain or OprfMode.Verifiable))
                continue; // the third mode tweaks its key and is not used
            foreach (var vector in suite.GetProperty("vectors").EnumerateArray())
            {
                var (inputs, blinds) = (vector.HexList("Input"), vector.HexList("Blind"));
                for (var i = 0; i < inputs.Length; i++)
                {
                    byte[] point = new byte[32], blinded = new byte[32], evaluated = new byte[32];
                    HashToGroup.ToPoint(inputs[i], mode, point);
                    Assert.True(Ristretto.TryMultiply(blinds[i], point, blinded));
                    Assert.Equal(vector.HexList("BlindedElement")[i], blinded);
                    Assert.True(Ristretto.TryMultiply(suite.Hex("skSm"), blinded, evaluated));
                    Assert.Equal(vector.HexList("EvaluationElement")[i], evaluated);
                    cases++;
                }
            }
        }
        Assert.Equal(6, cases);
    }

    [Fact]
    public void A_vector_of_rfc_9497_holds_without_its_file()
    {
        byte[] point = new byte[32], blinded = new byte[32];
        HashToGroup.ToPoint([0], OprfMode.Verifiable, point);
        Assert.True(Ristretto.TryMultiply(Convert.FromHexString("64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"), point, blinded));
        Assert.Equal("863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945", Convert.ToHexStringLower(blinded));
    }

    [Fact]
    public void A_message_longer_than_the_stack_buffer_is_hashed_too()
    {
        byte[] first = new byte[32], second = new byte[32];
        var message = new byte[5000];
        HashToGroup.ToPoint(message, OprfMode.Verifiable, first);
        message[^1] = 1;
        HashToGroup.ToPoint(message, OprfMode.Verifiable, second);
        Assert.NotEqual(first, second);
        Assert.True(Ristretto.IsPoint(first));
    }
}
