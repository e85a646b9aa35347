using Exchange.Journeys.Tests.Running;
using Exchange.V1;

namespace Exchange.Journeys.Tests;

/// <summary>A provider's node that answers what it likes. It stands beside the real ones of its agency, by its own name.</summary>
public sealed class HostileProviderTests(HostileProviderTests.Own own) : IClassFixture<HostileProviderTests.Own>, IAsyncLifetime
{
    public sealed class Own : OwnExchange;

    const string Words = "the person you mean lives at 1-2-3 Marunouchi";

    readonly RunningExchange exchange = own.Exchange;
    AgencyByHand requester = null!, provider = null!;
    NodeByHand node = null!;
    ulong sequence;

    public async ValueTask InitializeAsync()
    {
        requester = new AgencyByHand(exchange, RunningExchange.Chiyoda);
        provider = new AgencyByHand(exchange, RunningExchange.Tax);
        node = await NodeByHand.Connect(provider, "hostile");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        requester.Dispose();
        provider.Dispose();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-600)]
    public async Task An_answer_of_another_size_is_not_released(int excess)
    {
        var refusal = await Refused(id => new Frame { Answers = { new AnswerItem { Id = id, Answer = NodeByHand.Answer(excess) } } });

        Assert.Equal(Reason.ProviderFailed, refusal.Reason);
        var entry = await exchange.Logged(refusal.RequestId);
        Assert.Equal((AuditOutcome.Failed, Reason.ProviderFailed), (entry.Outcome, entry.Reason));
    }

    [Fact]
    public async Task An_answer_without_content_or_commitment_is_not_released()
    {
        Assert.Equal(Reason.ProviderFailed, (await Refused(id => new Frame { Answers = { new AnswerItem { Id = id } } })).Reason);
        var bare = NodeByHand.Answer();
        bare.Commitment = Google.Protobuf.ByteString.Empty;
        Assert.Equal(Reason.ProviderFailed, (await Refused(id => new Frame { Answers = { new AnswerItem { Id = id, Answer = bare } } })).Reason);
    }

    [Theory]
    [InlineData(Reason.PersonUnknown, Reason.ProviderFailed)]
    [InlineData(Reason.PersonQuarantined, Reason.ProviderFailed)]
    [InlineData(Reason.SourceUnavailable, Reason.ProviderFailed)]
    [InlineData((Reason)9999, Reason.ProviderFailed)]
    [InlineData(Reason.Unspecified, Reason.ProviderFailed)]
    [InlineData(Reason.ProviderBusy, Reason.ProviderBusy)]
    public async Task Of_a_providers_refusal_a_harmless_reason_passes_and_never_its_words(Reason sent, Reason passed)
    {
        var refusal = await Refused(id => new Frame
        {
            Refusals = { new RefusalItem { Id = id, Refusal = new Refusal { Reason = sent, Message = Words, Remedy = Words, RetryAfterMs = 123_456 } } },
        });

        Assert.Equal(passed, refusal.Reason);
        Assert.DoesNotContain(Words, refusal.Message + refusal.Remedy, StringComparison.Ordinal);
        Assert.NotEqual(123_456u, refusal.RetryAfterMs);
    }

    [Fact]
    public async Task A_session_refused_in_free_text_is_refused_without_it()
    {
        using var offered = await Offer();
        var asking = requester.Refused(offered.Offer);
        var offer = Assert.Single((await node.Next(frame => frame.Offers.Count > 0)).Offers);

        await node.Send(new Frame { Refusals = { new RefusalItem { Id = offer.Id, Refusal = new Refusal { Reason = Reason.OfferInvalid, Message = Words } } } });

        var refusal = await asking;
        Assert.Equal(Reason.OfferInvalid, refusal.Reason);
        Assert.DoesNotContain(Words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_confirmation_that_is_not_sealed_with_the_sessions_key_opens_no_session()
    {
        using var offered = await Offer();
        var asking = requester.Hub.OpenSessionAsync(new OpenSessionRequest { Offer = offered.Offer });
        var offer = Assert.Single((await node.Next(frame => frame.Offers.Count > 0)).Offers);

        await node.Send(new Frame
        {
            Confirmations = { new ConfirmationItem { Id = offer.Id, Confirmation = new SessionConfirmation { SessionId = offer.Offer.SessionId, Sealed = Google.Protobuf.ByteString.CopyFrom(new byte[28]) } } },
        });

        Assert.False(offered.TryConfirm((await asking).Confirmation, out _, out var reason));
        Assert.Equal(Reason.CiphertextInvalid, reason);
    }

    [Fact]
    public async Task Answers_to_what_was_never_asked_are_dropped_and_what_was_asked_is_answered_still()
    {
        var asking = requester.Ask(Question());
        var question = await node.Question();

        await node.Send(new Frame
        {
            Answers = { new AnswerItem { Id = question.Id + 1000, Answer = NodeByHand.Answer() }, new AnswerItem { Id = 0, Answer = NodeByHand.Answer() } },
            Refusals = { new RefusalItem { Id = question.Id + 1001, Refusal = new Refusal { Reason = Reason.Internal } } },
            Confirmations = { new ConfirmationItem { Id = question.Id + 1002 } },
            Cancels = { 1, 2, 3 },
        });
        await node.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });

        Assert.NotNull((await asking).Receipt);
    }

    [Fact]
    public async Task A_second_answer_to_one_question_is_dropped()
    {
        var before = (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null);
        var asking = requester.Ask(Question());
        var question = await node.Question();

        await node.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() }, new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });

        var receipt = (await asking).Receipt;
        Assert.Single(await exchange.AuditLog(), one => one.Entry.Lookup?.RequestId == receipt.RequestId);
        Assert.Equal(before + 1, (await exchange.AuditLog()).Count(one => one.Entry.Lookup is not null));
    }

    [Fact]
    public async Task A_provider_learns_the_grant_and_neither_the_requesters_point_nor_its_pseudonym()
    {
        var resident = exchange.ChiyodaResident();
        var (x, _) = requester.Blinded(resident.TownKey);
        var cold = AgencyByHand.Under(Question(), header => header.Kind = LookupKind.Cold);
        cold.Point = Google.Protobuf.ByteString.CopyFrom(x);
        var asking = requester.Ask(cold);

        var question = await node.Question();

        Assert.NotEqual(cold.Point, question.Question.Point);
        Assert.Equal(32, question.Question.Point.Length);
        Assert.Equal(16, question.Grant.DecisionId.Length);
        Assert.Contains("Number Act", question.Grant.LegalBasis, StringComparison.Ordinal);
        await node.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });
        await asking;
    }

    [Theory]
    [InlineData(5_000, 4_900)]
    [InlineData(1, 37)]
    public async Task A_provider_is_given_less_time_than_the_hub_waits(uint patienceMs, uint most)
    {
        await using var asker = await NodeByHand.Connect(requester, "asker");
        await asker.Send(new Frame { Questions = { new QuestionItem { Id = 1, TimeoutMs = patienceMs, Question = Question() } } });

        Assert.InRange((await node.Question()).TimeoutMs, 1u, most);
    }

    async Task<Refusal> Refused(Func<ulong, Frame> reply)
    {
        var asking = requester.Refused(Question());
        await node.Send(reply((await node.Question()).Id));
        return await asking;
    }

    SealedQuestion Question() => ByHand.Warm(RunningExchange.Chiyoda, RunningExchange.Tax, node.Node, ++sequence, RunningExchange.Income);

    /// <summary>To this node; the directory hands out each node's bundle in its turn.</summary>
    async Task<Protocol.Sessions.OfferedSession> Offer()
    {
        while (true)
        {
            var offered = await requester.Offer(RunningExchange.Tax);
            if (offered.Offer.Node == node.Node)
                return offered;
            offered.Dispose();
        }
    }
}
