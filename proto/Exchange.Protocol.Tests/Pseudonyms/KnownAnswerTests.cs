using System.Text.Json;
using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Tests.Pseudonyms;

/// <summary>The curve part of protocol_kat.json, made with an independent implementation.</summary>
public sealed class KnownAnswerTests
{
    readonly JsonElement kat = Vectors.Load("protocol_kat.json");

    [Fact]
    public void The_authoritys_scalars_hold()
    {
        var (authority, hub) = (kat.GetProperty("authority"), kat.GetProperty("hub"));
        var mk = authority.Hex("mk");
        foreach (var (agency, letter, epoch) in new[] { ("jp.mun.131016", "A", 1ul), ("jp.mun.131016", "A", 2ul), ("jp.tax", "B", 1ul) })
        {
            using var own = DerivedScalars.Agency(mk, agency, epoch);
            using var translation = DerivedScalars.Translation(mk, 1, agency, epoch);
            Assert.Equal(authority.Hex($"a_{letter}_{epoch}"), own.Bytes.ToArray());
            Assert.Equal(hub.Hex($"w_{letter}_{epoch}"), translation.Bytes.ToArray());
            if (letter == "A" && epoch == 1)
                Assert.Equal(hub.Hex("a_A_1_G"), own.PublicPoint());
        }
    }

    [Fact]
    public void The_hubs_keys_hold()
    {
        var hub = kat.GetProperty("hub");
        using var h = new SecretScalar(hub.Hex("h"));
        using var a = new SecretScalar(hub.Hex("w_A_1"));
        using var b = new SecretScalar(hub.Hex("w_B_1"));
        using var translation = Translation.Key(a, b);
        Assert.Equal(hub.Hex("hG"), h.PublicPoint());
        Assert.Equal(hub.Hex("t_AB"), translation.Bytes.ToArray());
    }

    [Fact]
    public void Every_persons_enrolment_lookup_and_rotations_hold()
    {
        var (authority, hub, closing) = (kat.GetProperty("authority"), kat.GetProperty("hub"), kat.GetProperty("closing"));
        using var a = new SecretScalar(authority.Hex("a_A_1"));
        using var h = new SecretScalar(hub.Hex("h"));
        using var translation = new SecretScalar(hub.Hex("t_AB"));
        using var closingA = new ClosingScalar(closing.Hex("c_A"));
        using var closingNext = new ClosingScalar(closing.Hex("c_A_next"));
        using var closingB = new ClosingScalar(closing.Hex("c_B"));
        using var rotation = closingA.RotationTo(closingNext);
        using var epochs = DerivedScalars.EpochFactor(authority.Hex("mk"), "jp.mun.131016", 1, 2);
        var people = 0;
        foreach (var person in kat.GetProperty("people").EnumerateArray())
        {
            var (enrol, cold, rotated) = (person.GetProperty("enrol"), person.GetProperty("cold"), person.GetProperty("rotated"));
            byte[] point = new byte[32], inverse = new byte[32];
            var type = (IdentifierType)person.GetProperty("type").GetInt32();
            Assert.True(Identifier.TryParse(type, person.GetProperty("digits").GetString(), out var identifier, out _));
            identifier.HashToPoint(point);
            Assert.Equal(person.Hex("H"), point);

            Assert.True(Ristretto.TryMultiply(enrol.Hex("rho"), point, point));
            Assert.Equal(enrol.Hex("X0"), point);
            Assert.True(PointList.TryMultiply(a, point, point));
            Assert.Equal(enrol.Hex("X1"), point);
            Assert.True(PointList.TryMultiply(h, point, point));
            Assert.Equal(enrol.Hex("X2"), point);
            Assert.True(Ristretto.TryInvert(enrol.Hex("rho"), inverse));
            Assert.True(closingA.TryClose(inverse, point, point));
            Assert.Equal(enrol.Hex("stored_A"), point);

            var stored = point.ToArray();
            Assert.True(PointList.TryMultiply(rotation, stored, point));
            Assert.Equal(rotated.Hex("stored_A_new_closing"), point);
            Assert.True(PointList.TryMultiply(epochs, stored, point));
            Assert.Equal(rotated.Hex("stored_A_new_epoch"), point);

            Assert.True(closingA.TryBlind(cold.Hex("rho"), stored, point));
            Assert.Equal(cold.Hex("X"), point);
            Assert.True(Translation.TryApply(translation, point, point));
            Assert.Equal(cold.Hex("Z"), point);
            Assert.True(closingB.TryUnblind(cold.Hex("u"), point, point));
            Assert.Equal(person.Hex("stored_B"), point);
            people++;
        }
        Assert.Equal(4, people);
    }
}
