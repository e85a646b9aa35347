using Exchange.Adapter.Answering;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Records.Pension.V1;

namespace Exchange.Adapter.Tests.Answering;

public sealed class RecordPagesTests
{
    const int DeclaredSize = 512;

    [Fact]
    public void A_record_that_fits_is_one_page()
    {
        var page = Page(Record(5));
        Assert.Equal(Record(5), Payments.Parser.ParseFrom(page.Record));
        Assert.True(page.NextPage.IsEmpty);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(200)]
    public void Pages_put_one_after_another_are_the_record_and_each_fits(int payments)
    {
        var whole = Record(payments);
        var read = new Payments();
        var pages = Pages(whole);
        Assert.True(pages.Count > 1);
        foreach (var page in pages)
        {
            Assert.True(AnswerEnvelope.Fits(page, DeclaredSize));
            read.MergeFrom(page.Record);
            Assert.Equal([9u], page.Withheld);
            Assert.Equal("r1", page.Freshness.SourceRevision);
        }
        Assert.Equal(whole, read);
        var first = Payments.Parser.ParseFrom(pages[0].Record);
        Assert.Equal((whole.Year, whole.PensionCode), (first.Year, first.PensionCode));
        foreach (var page in pages.Skip(1).Select(page => Payments.Parser.ParseFrom(page.Record)))
        {
            Assert.Equal((false, ""), (page.HasYear, page.PensionCode));
            Assert.NotEmpty(page.Payments_);
        }
        Assert.All(pages.SkipLast(1), page => Assert.False(AnswerEnvelope.Fits(WithOneMore(page), DeclaredSize)));
    }

    [Fact]
    public void A_first_page_may_hold_the_single_fields_alone()
    {
        var whole = Record(2);
        whole.PensionCode = new string('x', 425);
        whole.Payments_[0].PaidOn = new string('y', 60);
        var pages = Pages(whole);
        Assert.Empty(Payments.Parser.ParseFrom(pages[0].Record).Changes);
        Assert.Equal(2, pages.Count);
        Assert.Equal(whole.Changes, Payments.Parser.ParseFrom(pages[1].Record).Changes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(27)]
    [InlineData(29)]
    [InlineData(500)]
    public void A_token_of_another_length_is_none(int length) =>
        Assert.Null(Turn(Record(100), ByteString.CopyFrom(new byte[length])));

    [Theory]
    [InlineData(new byte[] { 0, 0, 3, 232 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x80, 0, 0, 0 })]
    public void A_token_that_points_beyond_the_record_is_none(byte[] position)
    {
        var token = Page(Record(100)).NextPage.ToByteArray();
        position.CopyTo(token, 0);
        Assert.Null(Turn(Record(100), ByteString.CopyFrom(token)));
    }

    [Fact]
    public void A_token_changed_in_any_bit_of_its_digest_is_none()
    {
        var token = Page(Record(100)).NextPage.ToByteArray();
        for (var bit = 96; bit < token.Length * 8; bit++)
        {
            var changed = token.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(Turn(Record(100), ByteString.CopyFrom(changed)));
        }
        Assert.NotNull(Turn(Record(100), ByteString.CopyFrom(token)));
    }

    [Fact]
    public void A_token_says_as_of_when_its_page_is_and_is_good_for_the_same_record_of_another_moment()
    {
        var first = Page(Record(100));
        var second = Turn(Record(100), first.NextPage, asOf: 2)!;
        Assert.Equal((1, 2, null), (RecordPages.AsOf(first.NextPage), RecordPages.AsOf(second.NextPage), RecordPages.AsOf(ByteString.Empty)));
    }

    [Fact]
    public void Pages_of_two_revisions_or_of_what_is_granted_otherwise_never_mix()
    {
        var token = Page(Record(100)).NextPage;
        Assert.Null(Turn(Record(100), token, revision: "r2"));
        var changed = Record(100);
        changed.Payments_[99].Amount++;
        Assert.Null(Turn(changed, token));
        var narrowed = Record(100);
        narrowed.ClearYear();
        Assert.Null(Turn(narrowed, token));
        Assert.Null(Turn(Record(3), token));
    }

    [Fact]
    public void A_record_with_an_element_that_fits_no_page_is_not_begun()
    {
        var whole = Record(100);
        whole.Payments_[50].PaidOn = new string('x', DeclaredSize);
        Assert.False(AnswerEnvelope.Fits(Page(whole), DeclaredSize));
    }

    [Fact]
    public void Single_fields_that_fit_no_page_stay_too_large()
    {
        var whole = Record(1);
        whole.PensionCode = new string('x', DeclaredSize);
        Assert.False(AnswerEnvelope.Fits(Page(whole), DeclaredSize));
        whole.Payments_.Clear();
        whole.Changes.Clear();
        Assert.False(AnswerEnvelope.Fits(Page(whole), DeclaredSize));
    }

    static List<Answer> Pages(Payments record)
    {
        var pages = new List<Answer> { Page(record) };
        while (!pages[^1].NextPage.IsEmpty)
            pages.Add(Page(record, pages[^1].NextPage));
        return pages;
    }

    static Answer Page(Payments record, ByteString? token = null) => Turn(record, token) ?? throw new InvalidOperationException("There is no such page.");

    static Answer? Turn(Payments record, ByteString? token = null, string revision = "r1", long asOf = 1)
    {
        var answer = new Answer { Record = record.ToByteString(), Withheld = { 9 }, Freshness = new Freshness { AsOfUnixMs = asOf, SourceRevision = revision } };
        return RecordPages.TryTurn(answer, record.Clone(), token ?? ByteString.Empty, DeclaredSize) ? answer : null;
    }

    /// <summary>A page with the smallest element there is.</summary>
    static Answer WithOneMore(Answer page)
    {
        var more = page.Clone();
        var record = Payments.Parser.ParseFrom(page.Record);
        record.Payments_.Add(new Payment { PaidOn = "2025-01-01", Amount = 1 });
        more.Record = record.ToByteString();
        return more;
    }

    static Payments Record(int payments) => new()
    {
        Year = 2025,
        PensionCode = "1150",
        Changes = { new AmountChange { ChangedOn = "2025-04-01", Reason = AmountChangeReason.YearlyRevision } },
        Payments_ = { Enumerable.Range(0, payments).Select(n => new Payment { PaidOn = "2025-02-15", Amount = n % 100 }) },
    };
}
