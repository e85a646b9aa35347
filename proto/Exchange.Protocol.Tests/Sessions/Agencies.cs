using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Protocol.Tests.Sessions;

/// <summary>Town and tax agency under one root, with everything a session needs on either side.</summary>
sealed class Agencies : IDisposable
{
    public const string Town = "jp.mun.131016", Tax = "jp.tax";

    readonly List<IDisposable> held = [];

    public Agencies()
    {
        Authority = Hold(ThrowawayAuthority.Create(Time));
        Certificates = Hold(new CertificateVerifier(Authority.Root, Time));
        Assert.Null(Certificates.Replace(Authority.SignRevocationList(TimeSpan.FromDays(3))));
        TownSigner = Signer(CertificateName.Agency(Town));
        TaxSigner = Signer(CertificateName.Agency(Tax));
        NodeKeys = Hold(new NodeKeys(TaxSigner, Time, "node-1"));
        Provider = Hold(new ProviderSessions(NodeKeys, Certificates, Time));
        Bundles = new Bundles(Certificates, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero));

    public ThrowawayAuthority Authority { get; }

    public CertificateVerifier Certificates { get; }

    public AgencySigner TownSigner { get; }

    public AgencySigner TaxSigner { get; }

    public NodeKeys NodeKeys { get; }

    public ProviderSessions Provider { get; }

    public Bundles Bundles { get; }

    public AgencySigner Signer(CertificateName name) => Hold(new AgencySigner(Hold(Authority.Issue(name))));

    public ProviderSessions NewProvider(string node) => Hold(new ProviderSessions(Hold(new NodeKeys(TaxSigner, Time, node)), Certificates, Time));

    public VerifiedBundle Verified()
    {
        Assert.True(Bundles.TryVerify(NodeKeys.Bundle, Tax, out var verified, out var reason), reason.ToString());
        return verified;
    }

    public OfferedSession Offer(AgencySigner? signer = null, TimeSpan? lifetime = null)
    {
        Assert.True(OfferedSession.TryMake(Verified(), signer ?? TownSigner, 1, Time, out var offered, out _, lifetime));
        return Hold(offered);
    }

    public RequesterSession Open(AgencySigner? signer = null, TimeSpan? lifetime = null)
    {
        var offered = Offer(signer, lifetime);
        Assert.True(Provider.TryAccept(offered.Offer, out var confirmation, out var reason), reason.ToString());
        Assert.True(offered.TryConfirm(confirmation, out var session, out reason), reason.ToString());
        return Hold(session);
    }

    public Reason Accept(SessionOffer offer) => Provider.TryAccept(offer, out _, out var reason) ? Reason.Unspecified : reason;

    /// <summary>Makes the day's list current after the clock was moved far.</summary>
    public void Refresh() => Assert.Null(Certificates.Replace(Authority.SignRevocationList(TimeSpan.FromDays(3))));

    /// <summary>Sets the signature of a signer of the test's choice over the offer as it now is.</summary>
    public static SessionOffer Resign(SessionOffer offer, AgencySigner signer)
    {
        offer.Chain.Clear();
        offer.Chain.Add(signer.Chain);
        offer.Signature = Google.Protobuf.ByteString.CopyFrom(signer.Sign(Transcript.Signed(Transcript.Of(offer), offer.Enc.Span)));
        return offer;
    }

    public static IEnumerable<byte[]> EachBitFlipped(byte[] bytes)
    {
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var bent = (byte[])bytes.Clone();
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return bent;
        }
    }

    public void Dispose()
    {
        for (var i = held.Count - 1; i >= 0; i--)
            held[i].Dispose();
    }

    public T Hold<T>(T one) where T : IDisposable
    {
        held.Add(one);
        return one;
    }
}
