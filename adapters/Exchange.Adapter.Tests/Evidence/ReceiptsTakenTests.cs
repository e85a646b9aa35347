using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>What a hub gives as receipts and request ids, before it is kept.</summary>
public sealed class ReceiptsTakenTests
{
    static readonly ByteString request = Bytes(16), asked = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 32)]), given = ByteString.CopyFrom([.. Enumerable.Repeat((byte)2, 32)]);
    static readonly Receipt good = Of(Lookup());

    public static TheoryData<string, Receipt?> Bad => new()
    {
        { "none", null },
        { "log of megabytes", new Receipt(good) { Log = new string('x', 3_000_000) } },
        { "no log", new Receipt(good) { Log = "" } },
        { "leaf hash", new Receipt(good) { LeafHash = Bytes(31) } },
        { "another leaf hash", new Receipt(good) { LeafHash = Bytes(32) } },
        { "request id", new Receipt(good) { RequestId = Bytes(3_000_000) } },
        { "no entry", new Receipt(good) { Entry = ByteString.Empty } },
        { "entry of megabytes", Of(Bytes(3_000_000)) },
        { "entry of noise", Of(ByteString.CopyFrom(0xff, 0xff)) },
        { "entry of no lookup", Of(new AuditEntry { Operator = new OperatorEvent() }.ToByteString()) },
        { "entry of another request", Of(new LookupEvent(Lookup()) { RequestId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)9, 16)]) }) },
        { "entry of another question", Of(new LookupEvent(Lookup()) { QuestionCommitment = given }) },
        { "entry of another answer", Of(new LookupEvent(Lookup()) { AnswerCommitment = asked }) },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public async Task An_answer_whose_receipt_is_none_is_journalled_without_one_and_RECEIPT_MALFORMED_lasts(string what, Receipt? receipt)
    {
        await using var agency = await WatchingAgency.Start();

        for (var i = 0; i < 2; i++)
            await Journal(agency, Reply.Of(new SealedAnswer { Commitment = given }, receipt));

        Assert.True(agency.Words is ["RECEIPT_MALFORMED"], what);
        Assert.Single(agency.Logged, line => line.Contains("RECEIPT_MALFORMED", StringComparison.Ordinal));
        Assert.All(agency.Read().Asked.Recent(2), entry => Assert.Equal((null, 0), (entry.Receipt, entry.RequestId.Length)));
        Assert.Empty(agency.Journal.Evidence.WaitingLogs());
    }

    [Fact]
    public async Task A_receipt_in_its_form_is_kept_as_it_came_with_its_entry()
    {
        await using var agency = await WatchingAgency.Start();

        await Journal(agency, Reply.Of(new SealedAnswer { Commitment = given }, good));

        Assert.Empty(agency.Words);
        Assert.Equal(new Receipt(good) { Entry = ByteString.Empty }, Assert.Single(agency.Read().Asked.Recent(1)).Receipt);
        Assert.Equal(good.Entry, agency.Known(good).Entry);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 0)]
    [InlineData(16, 16)]
    [InlineData(3_000_000, 0)]
    public async Task A_refusal_keeps_a_request_id_of_sixteen_bytes_and_no_other(int length, int kept)
    {
        await using var agency = await WatchingAgency.Start();

        var reply = await new ReceiptsGot(agency.Alarms).Take(Reply.Of(new Refusal { Reason = Reason.NotPermitted, RequestId = Bytes(length) }) with { Receipt = good }, asked);

        Assert.Equal((Reason.NotPermitted, kept, null), (reply.Refusal!.Reason, reply.Refusal.RequestId.Length, reply.Receipt));
        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task The_provider_passes_over_a_receipt_that_is_none_and_says_so()
    {
        await using var agency = await WatchingAgency.Start();
        var (one, two) = (agency.Log.Add(), new Receipt(agency.Log.Add()) { Log = new string('x', 3_000_000) });
        await agency.Answered(one.RequestId);
        await agency.Answered(two.RequestId);

        new ReceiptsGiven(agency.Journal, agency.Alarms, agency.Time).Take([one, two]);

        Assert.True(SpinWait.SpinUntil(() => agency.Words.Length > 0 && agency.Journal.Evidence.Find(one.RequestId.Span).Count > 0, TimeSpan.FromSeconds(10)));
        Assert.Equal(["RECEIPT_MALFORMED"], agency.Words);
        Assert.Empty(agency.Journal.Evidence.Find(two.RequestId.Span));
    }

    [Fact]
    public void The_size_of_an_entry_counts_its_receipt_where_it_is_kept()
    {
        var longest = new Receipt(good) { Log = new string('x', 100) };

        Assert.True(new AskedEntry { Receipt = longest }.Size >= new AskedEntry().Size + 2 * (100 + 32 + 16) + good.Entry.Length);
    }

    static async Task Journal(WatchingAgency agency, Reply reply)
    {
        var taken = await new ReceiptsGot(agency.Alarms).Take(reply, asked);
        await agency.Journal.Write(new AskedEntry { RequestId = taken.Receipt?.RequestId ?? ByteString.Empty, AnswerCommitment = taken.Answer!.Commitment, Receipt = taken.Receipt });
    }

    static LookupEvent Lookup() => new() { RequestId = request, QuestionCommitment = asked, AnswerCommitment = given };

    static Receipt Of(LookupEvent lookup) => Of(new AuditEntry { TimeUnixMs = 1, Lookup = lookup }.ToByteString());

    static Receipt Of(ByteString entry) =>
        new() { Log = "hub-1", Index = 7, LeafHash = ByteString.CopyFrom(TreeHash.Leaf(entry.Span)), RequestId = request, Entry = entry };

    static ByteString Bytes(int length) => ByteString.CopyFrom(new byte[length]);
}
