using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Protocol.Tests.Sessions;

/// <summary>Sessions that were accepted under a certificate that is no longer good.</summary>
public sealed class RevokedSessionsTests : IDisposable
{
    readonly Agencies agencies = new();

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void A_revoked_requesters_sessions_end_and_its_fresh_offer_is_refused_while_the_agencys_other_sessions_stay()
    {
        var certificate = agencies.Hold(agencies.Authority.IssueAgency(Agencies.Town));
        var revoked = agencies.Hold(new AgencySigner(certificate));
        var ended = agencies.Open(revoked);
        var staying = agencies.Open();
        Assert.Equal((Reason.Unspecified, Reason.Unspecified), (Ask(ended), Ask(staying)));

        agencies.Authority.Revoke(certificate);
        agencies.Time.Advance(TimeSpan.FromSeconds(1));
        agencies.Refresh();
        agencies.Provider.EndUntrusted();

        Assert.Equal((Reason.UnknownSession, Reason.Unspecified), (Ask(ended), Ask(staying)));
        Assert.Equal(Reason.CertificateRevoked, agencies.Accept(agencies.Offer(revoked).Offer));
    }

    [Fact]
    public void A_session_ends_with_its_requesters_certificate_though_it_would_run_longer()
    {
        var session = agencies.Open(agencies.Hold(new AgencySigner(agencies.Hold(agencies.Authority.Issue(CertificateName.Agency(Agencies.Town), TimeSpan.FromHours(1))))));
        agencies.Provider.EndUntrusted();
        Assert.Equal(Reason.Unspecified, Ask(session));

        agencies.Time.Advance(TimeSpan.FromHours(2));
        agencies.Provider.EndUntrusted();

        Assert.Equal(Reason.UnknownSession, Ask(session));
    }

    [Fact]
    public void Once_the_list_is_stale_every_session_ends()
    {
        agencies.Time.Advance(TimeSpan.FromHours(23));
        var session = agencies.Open();
        agencies.Provider.EndUntrusted();
        Assert.Equal(Reason.Unspecified, Ask(session));

        agencies.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        agencies.Provider.EndUntrusted();

        Assert.Equal(Reason.UnknownSession, Ask(session));
        Assert.Equal(0, agencies.Provider.Count);
    }

    [Fact]
    public void The_recorded_offer_of_an_ended_session_does_not_open_it_again()
    {
        var certificate = agencies.Hold(agencies.Authority.Issue(CertificateName.Agency(Agencies.Town), TimeSpan.FromSeconds(30)));
        var offer = agencies.Offer(agencies.Hold(new AgencySigner(certificate))).Offer;
        Assert.Equal(Reason.Unspecified, agencies.Accept(offer));

        agencies.Time.Advance(TimeSpan.FromSeconds(31));
        agencies.Provider.EndUntrusted();

        Assert.Equal(0, agencies.Provider.Count);
        Assert.Equal(Reason.OfferReplayed, agencies.Accept(offer));
    }

    Reason Ask(RequesterSession session)
    {
        var question = new Question { Official = "official-1", CaseId = "case-1" };
        Assert.True(session.TrySealWarm(new LookupTarget("benefit.child", "tax.income.v1", 1), RandomNumberGenerator.GetBytes(Handles.Size), question, out var asked, out var reason), reason.ToString());
        if (!agencies.Provider.TryOpen(asked.Message, out var opened, out reason))
            return reason;
        opened.Dispose();
        return Reason.Unspecified;
    }
}
