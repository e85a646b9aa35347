using Exchange.Adapter.Enrolment;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>An agency with a good certificate and bad intentions: each attempt ends with its reason, and the hub has logged it.</summary>
public sealed class HostileRequesterTests(RunningExchange exchange) : IAsyncLifetime
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    /// <summary>Seconds that a busy machine may need to deliver a question, in which one from the future comes nearer.</summary>
    const int Slow = 20;

    AgencyByHand chiyoda = null!;
    RequesterSession session = null!;

    string Person => exchange.ChiyodaResident(7).TownKey;

    public async ValueTask InitializeAsync()
    {
        chiyoda = new AgencyByHand(exchange, Chiyoda);
        session = await chiyoda.Open(Tax);
    }

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        chiyoda.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_question_spoken_by_hand_is_answered_when_it_keeps_to_the_protocol()
    {
        var opened = await chiyoda.Answer(session, chiyoda.Cold(session, Person));

        Assert.Equal(AnswerStatus.Found, opened.Status);
    }

    [Fact]
    public async Task A_header_that_speaks_for_another_agency_is_refused_by_the_name_in_the_certificate()
    {
        var refusal = await Refused(Reason.NameMismatch, AgencyByHand.Under(Cold(), header => header.Requester = Osaka));

        Assert.Equal(Chiyoda, (await exchange.Logged(refusal.RequestId)).Requester);
    }

    [Fact]
    public async Task A_question_sent_twice_is_answered_once()
    {
        var asked = chiyoda.Cold(session, Person);
        await chiyoda.Answer(session, asked);

        var refusal = await Refused(Reason.SequenceReplayed, asked.Message);

        Assert.Equal(AuditOutcome.Failed, (await exchange.Logged(refusal.RequestId)).Outcome);
    }

    [Fact]
    public async Task A_question_in_a_session_that_nobody_opened_is_told_so() =>
        await Refused(Reason.UnknownSession, AgencyByHand.Under(Cold(), header => header.SessionId = ByteString.CopyFrom(new byte[16])));

    [Fact]
    public async Task Another_agencys_session_is_nobodys_session()
    {
        using var osaka = new AgencyByHand(exchange, Osaka);
        using var theirs = await osaka.Open(Tax);
        var stolen = osaka.Cold(theirs, exchange.OsakaResident().TownKey).Message;

        await Refused(Reason.UnknownSession, AgencyByHand.Under(stolen, header => header.Requester = Chiyoda));
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_not_replaced_by_another() =>
        await Refused(Reason.NodeUnavailable, AgencyByHand.Under(Cold(), header => header.Node = "elsewhere"));

    [Theory]
    [InlineData(-31)]
    [InlineData(30 + Slow)]
    public async Task A_question_of_half_a_minute_ago_or_ahead_is_refused_by_the_hub(int seconds) =>
        await Refused(Reason.TimeOutOfRange, AgencyByHand.Under(Cold(), header => header.TimeUnixMs += seconds * 1000));

    [Theory]
    [InlineData(-61)]
    [InlineData(60 + Slow)]
    public void A_question_of_a_minute_ago_or_ahead_is_refused_by_the_provider_even_when_the_hub_lets_it_pass(int seconds)
    {
        var question = AgencyByHand.Under(Cold(), header => header.TimeUnixMs += seconds * 1000);

        Assert.False(exchange.At<ProviderSessions>(Tax).TryOpen(question, out _, out var reason));
        Assert.Equal(Reason.TimeOutOfRange, reason);
    }

    [Fact]
    public async Task The_time_that_a_question_was_sealed_with_cannot_be_changed()
    {
        await Refused(Reason.CiphertextInvalid, AgencyByHand.Under(Cold(), header => header.TimeUnixMs++));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    public async Task The_identity_and_what_is_no_canonical_point_are_refused_by_the_hub(byte filling) =>
        await Refused(Reason.PointInvalid, new SealedQuestion(Cold()) { Point = Bytes(filling, 32) });

    [Fact]
    public async Task A_cold_question_without_a_point_and_a_warm_one_with_a_point_are_refused()
    {
        await Refused(Reason.PointInvalid, new SealedQuestion(Cold()) { Point = ByteString.Empty });
        await Refused(Reason.PointInvalid, AgencyByHand.Under(Cold(), header => header.Kind = LookupKind.Warm));
    }

    [Fact]
    public async Task Mail_is_refused_as_long_as_nobody_delivers_it() =>
        await Refused(Reason.HeaderInvalid, AgencyByHand.Under(Cold(), header =>
        {
            header.Kind = LookupKind.Mail;
            (header.SessionId, header.Sequence, header.Node) = (ByteString.Empty, 0, "");
            (header.RequestId, header.ExpiryUnixMs) = (Bytes(1, 16), header.TimeUnixMs + 60_000);
        }));

    [Fact]
    public async Task A_header_with_an_unknown_field_is_refused()
    {
        var question = Cold();
        // Field 100, a varint of 1.
        await Refused(Reason.HeaderInvalid, new SealedQuestion(question) { Header = ByteString.CopyFrom([.. question.Header.Span, 0xa0, 0x06, 0x01]) });
    }

    [Fact]
    public async Task A_header_that_says_the_same_in_other_bytes_is_refused()
    {
        var question = Cold();
        // The kind once more, as the last field: parsers take the last one, the bytes differ.
        await Refused(Reason.HeaderInvalid, new SealedQuestion(question) { Header = ByteString.CopyFrom([.. question.Header.Span, 0x50, 0x01]) });
    }

    [Fact]
    public async Task A_message_larger_than_a_question_may_be_is_refused()
    {
        var question = Cold();
        await Refused(Reason.MessageTooLarge, new SealedQuestion(question) { Ciphertext = Bytes(1, 16 * 1024 + 1) });
        await Refused(Reason.MessageTooLarge, new SealedQuestion(question) { Header = Bytes(1, 1025) });
    }

    [Fact]
    public async Task A_question_without_its_commitment_is_refused_and_one_with_another_is_refused_by_the_provider()
    {
        await Refused(Reason.HeaderInvalid, new SealedQuestion(Cold()) { Commitment = ByteString.Empty });
        await Refused(Reason.CommitmentMismatch, new SealedQuestion(Cold()) { Commitment = Bytes(1, 32) });
    }

    [Fact]
    public async Task A_session_offered_twice_is_refused_the_second_time_and_the_first_goes_on()
    {
        using var offered = await chiyoda.Offer(Tax);
        var response = await chiyoda.Hub.OpenSessionAsync(new OpenSessionRequest { Offer = offered.Offer });

        Assert.Equal(Reason.OfferReplayed, (await chiyoda.Refused(offered.Offer)).Reason);

        Assert.True(offered.TryConfirm(response.Confirmation, out var first, out _));
        using (first)
            Assert.Equal(AnswerStatus.Found, (await chiyoda.Answer(first, chiyoda.Cold(first, Person))).Status);
        Assert.Contains(await exchange.AuditLog(), one => one.Entry.Session is { Reason: Reason.OfferReplayed } refused && refused.SessionId == offered.Offer.SessionId);
    }

    [Fact]
    public async Task A_session_cannot_be_offered_in_another_agencys_name()
    {
        using var osaka = new AgencyByHand(exchange, Osaka);
        using var offered = await osaka.Offer(Tax);

        Assert.Equal(Reason.NameMismatch, (await chiyoda.Refused(offered.Offer)).Reason);

        // Under the own name, with the other's signature, the provider notices.
        offered.Offer.Requester = Chiyoda;
        Assert.Equal(Reason.NameMismatch, (await chiyoda.Refused(offered.Offer)).Reason);
        offered.Offer.Chain.Clear();
        offered.Offer.Chain.Add(chiyoda.Signer.Chain);
        Assert.Equal(Reason.SignatureInvalid, (await chiyoda.Refused(offered.Offer)).Reason);
    }

    [Fact]
    public async Task A_session_with_a_provider_to_which_no_row_leads_is_refused_by_the_hub()
    {
        using var tax = new AgencyByHand(exchange, Tax);
        using var offered = await tax.Offer(Tax);

        Assert.Equal(Reason.NotPermitted, (await tax.Refused(offered.Offer)).Reason);
    }

    [Fact]
    public async Task Another_agencys_handle_opens_nothing()
    {
        using var osaka = new AgencyByHand(exchange, Osaka);
        using var theirs = await osaka.Open(Tax);
        var stolen = (await osaka.Answer(theirs, osaka.Cold(theirs, exchange.OsakaResident(1).TownKey))).Handle;

        Assert.Equal(AnswerStatus.HandleExpired, (await chiyoda.Answer(session, AgencyByHand.Warm(session, stolen.Span))).Status);
        Assert.Equal(AnswerStatus.Found, (await osaka.Answer(theirs, AgencyByHand.Warm(theirs, stolen.Span))).Status);
    }

    [Fact]
    public async Task A_handle_for_another_data_set_opens_nothing()
    {
        var handle = new byte[Handles.Size];
        var resident = exchange.ChiyodaResident(7);
        var person = exchange.Enrolled(Tax, resident.TaxKey);
        exchange.At<Handles>(Tax).Seal(Chiyoda, RunningExchange.ResidentTax, person.Row, person.Generation, handle);

        Assert.Equal(AnswerStatus.HandleExpired, (await chiyoda.Answer(session, AgencyByHand.Warm(session, handle))).Status);
    }

    [Fact]
    public async Task A_handle_with_any_one_bit_flipped_opens_nothing()
    {
        var handle = (await chiyoda.Answer(session, chiyoda.Cold(session, Person))).Handle.ToArray();
        for (var at = 0; at < handle.Length; at += 7)
        {
            var flipped = handle.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            Assert.Equal(AnswerStatus.HandleExpired, (await chiyoda.Answer(session, AgencyByHand.Warm(session, flipped))).Status);
        }
        Assert.Equal(AnswerStatus.Found, (await chiyoda.Answer(session, AgencyByHand.Warm(session, handle))).Status);
    }

    [Fact]
    public async Task A_handle_ends_when_the_provider_matches_the_person_anew()
    {
        var resident = exchange.ChiyodaResident(8);
        var handle = (await chiyoda.Answer(session, chiyoda.Cold(session, resident.TownKey))).Handle.ToArray();

        Assert.True(exchange.At<People>(Tax).Rematch(resident.TaxKey));

        Assert.Equal(AnswerStatus.HandleExpired, (await chiyoda.Answer(session, AgencyByHand.Warm(session, handle))).Status);
    }

    [Fact]
    public async Task Every_bit_of_a_ciphertext_counts()
    {
        var question = Cold();
        for (var at = 0; at < question.Ciphertext.Length; at += 41)
        {
            var flipped = question.Ciphertext.ToByteArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            await Refused(Reason.CiphertextInvalid, new SealedQuestion(question) { Ciphertext = ByteString.CopyFrom(flipped) });
        }
        // None of the attempts has used the sequence up.
        await chiyoda.Ask(question);
    }

    SealedQuestion Cold() => chiyoda.Cold(session, Person).Message;

    static ByteString Bytes(byte filling, int count) => ByteString.CopyFrom([.. Enumerable.Repeat(filling, count)]);

    async Task<Refusal> Refused(Reason reason, SealedQuestion question)
    {
        var refusal = await chiyoda.Refused(question);
        Assert.Equal(reason, refusal.Reason);
        var entry = await exchange.Logged(refusal.RequestId);
        Assert.Equal((Chiyoda, reason), (entry.Requester, entry.Reason));
        Assert.NotEqual(AuditOutcome.Answered, entry.Outcome);
        return refusal;
    }
}
