using Exchange.Hosting.Errors;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>Connections that do not keep to the rules, towards a hub of their own.</summary>
public sealed class HostileConnectionTests(HostileConnectionTests.Own own) : IClassFixture<HostileConnectionTests.Own>, IAsyncLifetime
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;
    AgencyByHand chiyoda = null!, osaka = null!;

    public ValueTask InitializeAsync()
    {
        chiyoda = new AgencyByHand(exchange, Chiyoda);
        osaka = new AgencyByHand(exchange, Osaka);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        chiyoda.Dispose();
        osaka.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Of_two_questions_with_one_id_the_second_is_refused_and_the_first_answered()
    {
        await using var node = await NodeByHand.Connect(chiyoda, "by-hand", _ => null);
        using var session = await chiyoda.Open(Tax);
        var person = exchange.ChiyodaResident().TownKey;
        var first = chiyoda.Cold(session, person);

        await node.Send(new Frame { Questions = { new QuestionItem { Id = 7, Question = first.Message }, new QuestionItem { Id = 7, Question = chiyoda.Cold(session, person).Message } } });

        Assert.Equal((7UL, Reason.DuplicateId), Refused(Assert.Single(await node.Refusals(1))));
        var answer = Assert.Single((await node.Next(frame => frame.Answers.Count > 0)).Answers);
        Assert.True(session.TryOpen(first, answer.Answer, 512, out _, out _));
    }

    [Fact]
    public async Task More_outstanding_than_the_window_allows_is_refused_and_the_rest_goes_on()
    {
        const int window = 2048, tooMany = 5;
        await using var silent = await NodeByHand.Connect(osaka, "silent");
        await using var node = await NodeByHand.Connect(chiyoda, "by-hand", _ => null);
        var frame = new Frame();
        for (var id = 1UL; id <= window + tooMany; id++)
            frame.Questions.Add(new QuestionItem { Id = id, TimeoutMs = 60_000, Question = Warm(silent.Node, id) });

        await node.Send(frame);

        var refused = (await node.Refusals(tooMany)).Select(Refused).ToArray();
        Assert.Equal(Enumerable.Range(window + 1, tooMany).Select(id => ((ulong)id, Reason.WindowExceeded)), refused);
        // The others are on their way, and one that is answered makes room for another.
        var question = (await silent.Next(next => next.Questions.Count > 0)).Questions[0];
        await silent.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });
        await node.Next(next => next.Answers.Count == 1);
        await node.Send(new Frame { Questions = { new QuestionItem { Id = 9999, Question = new SealedQuestion() } } });
        Assert.Equal((9999UL, Reason.HeaderInvalid), Refused(Assert.Single(await node.Refusals(1))));
    }

    [Fact]
    public async Task Items_without_content_are_refused_like_any_other()
    {
        await using var node = await NodeByHand.Connect(chiyoda, "by-hand", _ => null);

        await node.Send(new Frame { Questions = { new QuestionItem { Id = 1 } } });
        Assert.Equal((1UL, Reason.HeaderInvalid), Refused(Assert.Single(await node.Refusals(1))));
        await node.Send(new Frame { Offers = { new OfferItem { Id = 2 } } });
        Assert.Equal((2UL, Reason.OfferInvalid), Refused(Assert.Single(await node.Refusals(1))));
    }

    [Fact]
    public async Task A_frame_larger_than_any_may_be_ends_its_connection_alone()
    {
        await using var node = await NodeByHand.Connect(chiyoda, "by-hand", _ => null);

        // The hub may hang up before all of it is sent.
        await Record.ExceptionAsync(() => node.Send(
            new Frame { Questions = { new QuestionItem { Id = 1, Question = new SealedQuestion { Ciphertext = ByteString.CopyFrom(new byte[5 * 1024 * 1024]) } } } }));

        Assert.Equal(Reason.MessageTooLarge, AgencyByHand.Refused((await node.Ended())!).Reason);
        Assert.Null((await exchange.Ask(Chiyoda, exchange.ChiyodaResident().TownKey)).Refusal);
    }

    [Fact]
    public async Task A_call_larger_than_any_question_is_cut_off_and_the_next_on_its_connection_is_heard()
    {
        // The server's own word for a body that is too large.
        exchange.Log.Expect(6);

        var cut = await Assert.ThrowsAsync<RpcException>(() => chiyoda.Ask(new SealedQuestion { Ciphertext = ByteString.CopyFrom(new byte[1024 * 1024]) }));

        Assert.Null(cut.ToRefusal());
        Assert.Equal(Reason.HeaderInvalid, (await chiyoda.Refused(new SealedQuestion())).Reason);
    }

    [Theory]
    [InlineData(0, "by-hand", StatusCode.FailedPrecondition)]
    [InlineData(2, "by-hand", StatusCode.FailedPrecondition)]
    [InlineData(1, "", StatusCode.InvalidArgument)]
    public async Task A_greeting_of_another_version_or_without_a_name_is_refused(uint version, string node, StatusCode status)
    {
        using var call = chiyoda.Hub.Connect();
        await call.RequestStream.WriteAsync(new Frame { Hello = new Hello { ProtocolVersion = version, Node = node } });

        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(status, refused.StatusCode);
    }

    [Fact]
    public async Task A_connection_that_begins_with_anything_but_a_greeting_is_refused()
    {
        using var call = chiyoda.Hub.Connect();
        await call.RequestStream.WriteAsync(new Frame { Questions = { new QuestionItem { Id = 1 } } });

        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode);
    }

    [Fact]
    public async Task A_bundle_of_another_node_or_agency_is_dropped_and_handed_to_nobody()
    {
        await using var victim = await NodeByHand.Connect(osaka, "victim");
        await using var foreignNode = await NodeByHand.Connect(osaka, "thief", _ => victim.Bundle);
        await using var foreignAgency = await NodeByHand.Connect(chiyoda, "victim", _ => victim.Bundle);

        var handedOut = new HashSet<string>();
        for (var i = 0; i < 8; i++)
            handedOut.Add((await chiyoda.Directory.GetBundleAsync(new GetBundleRequest { Agency = Osaka })).Bundle.Node);

        Assert.Contains("victim", handedOut);
        Assert.DoesNotContain("thief", handedOut);
        Assert.Equal(2, exchange.Log.All.Count(line => line.Number == 104 && line.Text.Contains("dropped", StringComparison.Ordinal)));
        // A question to the thief's node finds nobody who would take it.
        Assert.Equal(Reason.NodeUnavailable, (await chiyoda.Refused(Warm("thief", 1))).Reason);
    }

    [Fact]
    public async Task A_node_without_a_bundle_asks_and_is_never_asked()
    {
        await using var asker = await NodeByHand.Connect(osaka, "only-asks", _ => null);

        Assert.Equal(Reason.NodeUnavailable, (await chiyoda.Refused(Warm("only-asks", 1))).Reason);
    }

    /// <summary>A question that the hub carries and nobody could open.</summary>
    static SealedQuestion Warm(string node, ulong sequence) => ByHand.Warm(Chiyoda, Osaka, node, sequence, RunningExchange.ResidentTax);

    static (ulong, Reason) Refused(RefusalItem item) => (item.Id, item.Refusal.Reason);
}
