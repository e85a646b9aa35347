using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Notices;
using Exchange.Protocol.Tests.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Notices;

/// <summary>The tax agency tells a town that what it told it was somebody else's record; nobody between them reads it, adds to it or answers for it.</summary>
public sealed class NoticesTests : IDisposable
{
    readonly Agencies agencies = new();
    readonly Mailboxes mailboxes;
    readonly MailboxKey tax, town;
    readonly ByteString reference = Random(16), request = Random(16);

    public NoticesTests()
    {
        mailboxes = new Mailboxes(agencies.Certificates);
        tax = agencies.Hold(MailboxKey.Draw(agencies.Time.GetUtcNow()));
        town = agencies.Hold(MailboxKey.Draw(agencies.Time.GetUtcNow()));
    }

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void A_notice_and_the_reply_to_it_say_weeks_later_what_was_written()
    {
        var notice = Write();
        agencies.Time.Advance(NoticeRules.LongestWait - TimeSpan.FromSeconds(1));
        Renew();
        Assert.True(TryOpen(notice, town, out var content, out var reason), reason.ToString());
        Assert.Equal((NoticeKind.Recall, reference, "a number led to the wrong record"), (content!.Kind, content.Reference, content.Note));
        Assert.Equal(request, Assert.Single(content.RequestIds));

        var reply = Reply(notice, NoticeStage.Acknowledged);
        Assert.True(TryOpen(reply, notice, tax, out var told, out reason), reason.ToString());
        Assert.Equal(("mori", 99L), (told!.Official, told.TimeUnixMs));
    }

    [Fact]
    public void Every_notice_has_one_size_and_so_has_every_reply()
    {
        var full = new NoticeContent { Kind = NoticeKind.Correction, Reference = reference, Note = new string('宛', NoticeRules.LongestNote) };
        full.RequestIds.AddRange(Enumerable.Range(0, NoticeRules.MostRequests).Select(_ => Random(16)));
        var (large, small) = (Write(content: full), Write());
        Assert.Equal(small.CalculateSize(), large.CalculateSize());
        Assert.True(TryOpen(large, town, out var read, out _));
        Assert.Equal(NoticeRules.MostRequests, read!.RequestIds.Count);
        Assert.Equal(Reply(small, NoticeStage.Received, "").CalculateSize(), Reply(small, NoticeStage.Acknowledged, "a much longer name of an official").CalculateSize());
        full.RequestIds.Add(Random(16));
        Assert.Throws<ArgumentException>(() => Write(content: full));
    }

    [Fact]
    public void No_bit_of_a_notice_can_be_flipped()
    {
        var notice = Write();
        foreach (var bent in Agencies.EachBitFlipped(notice.Header.ToByteArray()))
            Assert.NotEqual(Reason.Unspecified, Refused(notice, one => one.Header = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(notice.Enc.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(notice, one => one.Enc = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(notice.Signature.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(notice, one => one.Signature = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(notice.Commitment.ToByteArray()))
            Assert.Equal(Reason.CommitmentMismatch, Refused(notice, one => one.Commitment = ByteString.CopyFrom(bent)));
        foreach (var place in new[] { 0, 1, 1000, NoticeRules.NoticeSize, NoticeRules.NoticeSize + 15 })
        {
            var bent = notice.Ciphertext.ToByteArray();
            bent[place] ^= 1;
            Assert.Equal(Reason.SignatureInvalid, Refused(notice, one => one.Ciphertext = ByteString.CopyFrom(bent)));
        }
        Assert.Equal(Reason.Unspecified, Refused(notice, _ => { }));
    }

    [Fact]
    public void No_bit_of_a_reply_can_be_flipped()
    {
        var notice = Write();
        var reply = Reply(notice, NoticeStage.Acknowledged);
        foreach (var bent in Agencies.EachBitFlipped(reply.Enc.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(reply, notice, one => one.Enc = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(reply.Ciphertext.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(reply, notice, one => one.Ciphertext = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(reply.Signature.ToByteArray()))
            Assert.Equal(Reason.SignatureInvalid, Refused(reply, notice, one => one.Signature = ByteString.CopyFrom(bent)));
        foreach (var bent in Agencies.EachBitFlipped(reply.Commitment.ToByteArray()))
            Assert.Equal(Reason.CommitmentMismatch, Refused(reply, notice, one => one.Commitment = ByteString.CopyFrom(bent)));
    }

    [Fact]
    public void That_a_notice_was_received_does_not_say_that_anybody_acknowledged_it()
    {
        var notice = Write();
        Assert.Equal(Reason.SignatureInvalid, Refused(Reply(notice, NoticeStage.Received), notice, one => one.Stage = NoticeStage.Acknowledged));
        Assert.Equal(Reason.HeaderInvalid, Refused(Reply(notice, NoticeStage.Received), notice, one => one.Stage = NoticeStage.Expired));
        // Nor does a reply to another notice.
        Assert.Equal(Reason.SignatureInvalid, Refused(Reply(Write(), NoticeStage.Acknowledged), notice, _ => { }));
    }

    [Fact]
    public void The_hub_which_knows_every_public_key_can_neither_recall_nor_acknowledge_in_anothers_name()
    {
        var hub = agencies.Signer(CertificateName.Hub("hub-1"));
        var forged = Write(hub);
        Assert.Equal(Reason.NameMismatch, Refused(forged, _ => { }));
        forged.Chain.Clear();
        forged.Chain.Add(agencies.TaxSigner.Chain);
        Assert.Equal(Reason.SignatureInvalid, Refused(forged, _ => { }));

        var notice = Write();
        var reply = Reply(notice, NoticeStage.Received, signer: hub);
        Assert.Equal(Reason.NameMismatch, Refused(reply, notice, _ => { }));
        reply.Chain.Clear();
        reply.Chain.Add(agencies.TownSigner.Chain);
        Assert.Equal(Reason.SignatureInvalid, Refused(reply, notice, _ => { }));
    }

    [Fact]
    public void A_notice_for_one_agency_opens_for_no_other_and_not_after_its_expiry()
    {
        var notice = Write();
        Assert.False(SealedNotices.TryOpen(notice, "jp.mun.131024", town, agencies.Certificates, agencies.Time.GetUtcNow(), out _, out _, out var reason));
        Assert.Equal(Reason.HeaderInvalid, reason);
        Assert.False(TryOpen(notice, tax, out _, out reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
        Assert.False(TryOpen(notice, null, out _, out reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
        Assert.Equal(Reason.NoticeExpired, Refused(Write(wait: NoticeRules.LongestWait + TimeSpan.FromSeconds(1)), _ => { }));
        agencies.Time.Advance(NoticeRules.LongestWait);
        Renew();
        Assert.Equal(Reason.NoticeExpired, Refused(notice, _ => { }));
    }

    Notice Write(AgencySigner? signer = null, NoticeContent? content = null, TimeSpan? wait = null)
    {
        var now = agencies.Time.GetUtcNow();
        Assert.True(mailboxes.TryVerify(town.Publish(agencies.TownSigner), Agencies.Town, now, out var mailbox, out var reason), reason.ToString());
        return SealedNotices.Seal(mailbox, signer ?? agencies.TaxSigner, new NoticeHeader
        {
            Sender = Agencies.Tax,
            Recipient = Agencies.Town,
            DataSet = "tax.income.v1",
            NoticeId = Random(16),
            TimeUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiryUnixMs = (now + (wait ?? NoticeRules.LongestWait)).ToUnixTimeMilliseconds(),
        }, content ?? new NoticeContent { Kind = NoticeKind.Recall, Reference = reference, RequestIds = { request }, Note = "a number led to the wrong record" })!;
    }

    NoticeReply Reply(Notice notice, NoticeStage stage, string official = "mori", AgencySigner? signer = null)
    {
        // The sender's key of now: that of a month ago may be none any more.
        var header = NoticeHeader.Parser.ParseFrom(notice.Header);
        var mailbox = new VerifiedMailbox(Agencies.Tax, "X25519", tax.Publish(agencies.TaxSigner).PublicKey, tax.Id);
        return NoticeReplies.Seal(mailbox, signer ?? agencies.TownSigner, notice.Header, header.NoticeId, stage, new NoticeReplyContent { Official = official, TimeUnixMs = 99 })!;
    }

    bool TryOpen(Notice notice, MailboxKey? key, out NoticeContent? content, out Reason reason) =>
        SealedNotices.TryOpen(notice, Agencies.Town, key, agencies.Certificates, agencies.Time.GetUtcNow(), out _, out content, out reason);

    bool TryOpen(NoticeReply reply, Notice notice, MailboxKey key, out NoticeReplyContent? content, out Reason reason) =>
        NoticeReplies.TryOpen(reply, notice.Header, Agencies.Town, key, agencies.Certificates, out content, out reason);

    Reason Refused(Notice notice, Action<Notice> change)
    {
        var bent = notice.Clone();
        change(bent);
        TryOpen(bent, town, out _, out var reason);
        return reason;
    }

    Reason Refused(NoticeReply reply, Notice notice, Action<NoticeReply> change)
    {
        var bent = reply.Clone();
        change(bent);
        TryOpen(bent, notice, tax, out _, out var reason);
        return reason;
    }

    /// <summary>A month later the revocation list is another.</summary>
    void Renew() => Assert.Null(agencies.Certificates.Replace(agencies.Authority.SignRevocationList(TimeSpan.FromDays(3))));

    static ByteString Random(int bytes) => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(bytes));
}
