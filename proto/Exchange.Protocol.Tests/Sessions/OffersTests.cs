using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class OffersTests : IDisposable
{
    readonly Agencies agencies = new();

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void An_offer_is_taken_once()
    {
        var offer = agencies.Offer().Offer;
        Assert.Equal(Reason.Unspecified, agencies.Accept(offer));
        Assert.Equal(Reason.OfferReplayed, agencies.Accept(offer));
    }

    [Fact]
    public void Of_one_offer_arriving_on_many_threads_one_is_taken()
    {
        var offer = agencies.Offer().Offer;
        var taken = 0;
        Parallel.For(0, 32, _ =>
        {
            if (agencies.Accept(offer) == Reason.Unspecified)
                Interlocked.Increment(ref taken);
        });
        Assert.Equal(1, taken);
    }

    [Fact]
    public void An_offer_signed_by_another_agency_or_by_the_hub_under_the_same_root_is_refused()
    {
        foreach (var name in new[] { CertificateName.Agency("jp.pension"), CertificateName.Hub("hub-1"), CertificateName.Hub(Agencies.Town), CertificateName.Authority })
            Assert.Equal(Reason.NameMismatch, agencies.Accept(Agencies.Resign(agencies.Offer().Offer, agencies.Signer(name))));
    }

    [Fact]
    public void An_encapsulated_key_exchanged_on_the_way_is_refused()
    {
        var (mine, other) = (agencies.Offer().Offer, agencies.Offer().Offer);
        mine.Enc = other.Enc;
        Assert.Equal(Reason.SignatureInvalid, agencies.Accept(mine));
    }

    [Fact]
    public void An_encapsulated_key_of_small_order_is_refused()
    {
        var offer = agencies.Offer().Offer;
        offer.Enc = ByteString.CopyFrom(new byte[32]);
        Assert.Equal(Reason.OfferInvalid, agencies.Accept(Agencies.Resign(offer, agencies.TownSigner)));
    }

    [Fact]
    public void No_bit_of_an_offer_can_be_flipped()
    {
        var offer = agencies.Offer().Offer;
        var bare = offer.Clone();
        bare.Chain.Clear();
        foreach (var bent in Agencies.EachBitFlipped(bare.ToByteArray()))
        {
            if (Parse(bent) is not { } parsed || parsed.Equals(bare))
                continue;
            parsed.Chain.Clear();
            parsed.Chain.Add(offer.Chain);
            Assert.NotEqual(Reason.Unspecified, agencies.Accept(parsed));
        }
        Assert.Equal(Reason.Unspecified, agencies.Accept(offer));
    }

    [Fact]
    public void An_offer_more_than_a_minute_from_the_providers_clock_is_refused()
    {
        var late = agencies.Offer().Offer;
        agencies.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        Assert.Equal(Reason.TimeOutOfRange, agencies.Accept(late));

        var early = agencies.Offer().Offer;
        early.TimeUnixMs += 60_001;
        Assert.Equal(Reason.TimeOutOfRange, agencies.Accept(Agencies.Resign(early, agencies.TownSigner)));
        early.TimeUnixMs = long.MinValue;
        Assert.Equal(Reason.TimeOutOfRange, agencies.Accept(Agencies.Resign(early, agencies.TownSigner)));
    }

    [Fact]
    public void A_session_of_more_than_8_hours_is_refused()
    {
        var offer = agencies.Offer().Offer;
        offer.NotAfterUnixMs++;
        Assert.Equal(Reason.OfferInvalid, agencies.Accept(Agencies.Resign(offer, agencies.TownSigner)));
    }

    [Fact]
    public void An_offer_for_another_agency_node_or_suite_is_refused()
    {
        Assert.Equal(Reason.OfferInvalid, Changed(one => one.Provider = "jp.pension"));
        Assert.Equal(Reason.OfferInvalid, Changed(one => one.Node = "node-2"));
        Assert.Equal(Reason.OfferInvalid, Changed(one => one.SessionId = ByteString.CopyFrom(new byte[15])));
        Assert.Equal(Reason.SuiteNotAllowed, Changed(one => one.Suite = "X-Wing"));
        Assert.Equal(Reason.Unspecified, Changed(_ => { }));

        Reason Changed(Action<SessionOffer> change)
        {
            var offer = agencies.Offer().Offer;
            change(offer);
            return agencies.Accept(Agencies.Resign(offer, agencies.TownSigner));
        }
    }

    [Fact]
    public void An_offer_under_a_retired_key_is_told_to_fetch_the_bundle()
    {
        agencies.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(30));
        agencies.Refresh();
        _ = agencies.NodeKeys.Bundle;
        using var fresh = new NodeKeys(agencies.TaxSigner, agencies.Time, "node-1");
        var offer = agencies.Offer().Offer;
        offer.KeyId = fresh.Bundle.KeyId;
        Assert.Equal(Reason.BundleStale, agencies.Accept(Agencies.Resign(offer, agencies.TownSigner)));
    }

    [Fact]
    public void A_retired_key_no_longer_agrees()
    {
        _ = agencies.NodeKeys.Bundle;
        agencies.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(20));
        agencies.Refresh();
        var offer = agencies.Offer().Offer;
        agencies.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Reason.BundleStale, agencies.Accept(offer));
    }

    [Fact]
    public void The_65th_session_waits_until_an_older_one_may_give_way()
    {
        var first = agencies.Open();
        for (var i = 1; i < 64; i++)
            agencies.Open();
        Assert.Equal(64, agencies.Provider.Count);
        Assert.Equal(Reason.SessionLimit, agencies.Accept(agencies.Offer().Offer));

        var other = agencies.Signer(CertificateName.Agency("jp.mun.011002"));
        Assert.Equal(Reason.Unspecified, agencies.Accept(agencies.Offer(other).Offer));

        agencies.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1));
        Assert.Equal(Reason.Unspecified, agencies.Accept(agencies.Offer().Offer));
        Assert.Equal(65, agencies.Provider.Count);
        Assert.False(first.HasEnded);
    }

    [Fact]
    public void An_id_that_gave_way_is_still_refused()
    {
        var offered = agencies.Offer();
        Assert.Equal(Reason.Unspecified, agencies.Accept(offered.Offer));
        agencies.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 1; i < 64; i++)
            agencies.Open();
        agencies.Time.Advance(TimeSpan.FromMinutes(3));
        agencies.Open();
        var again = agencies.Offer().Offer;
        again.SessionId = offered.Offer.SessionId;
        Assert.Equal(Reason.OfferReplayed, agencies.Accept(Agencies.Resign(again, agencies.TownSigner)));
    }

    [Fact]
    public void Two_requesters_may_have_the_same_session_id()
    {
        var mine = agencies.Offer().Offer;
        var other = agencies.Signer(CertificateName.Agency("jp.mun.011002"));
        var theirs = agencies.Offer(other).Offer;
        theirs.SessionId = mine.SessionId;
        Assert.Equal(Reason.Unspecified, agencies.Accept(mine));
        Assert.Equal(Reason.Unspecified, agencies.Accept(Agencies.Resign(theirs, other)));
    }

    [Fact]
    public void A_confirmation_of_another_session_or_of_a_stranger_confirms_nothing()
    {
        var (mine, other) = (agencies.Offer(), agencies.Offer());
        Assert.True(agencies.Provider.TryAccept(mine.Offer, out var good, out _));
        Assert.True(agencies.Provider.TryAccept(other.Offer, out var foreign, out _));
        Assert.False(mine.TryConfirm(foreign, out _, out var reason));
        Assert.Equal(Reason.UnknownSession, reason);
        foreign.SessionId = mine.Offer.SessionId;
        Assert.False(mine.TryConfirm(foreign, out _, out reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
        foreach (var bent in Agencies.EachBitFlipped(good.Sealed.ToByteArray()))
            Assert.False(mine.TryConfirm(new SessionConfirmation { SessionId = good.SessionId, Sealed = ByteString.CopyFrom(bent) }, out _, out _));
        Assert.True(mine.TryConfirm(good, out _, out _));
        Assert.False(mine.TryConfirm(good, out _, out _));
    }

    static SessionOffer? Parse(byte[] bytes)
    {
        try
        {
            return SessionOffer.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
