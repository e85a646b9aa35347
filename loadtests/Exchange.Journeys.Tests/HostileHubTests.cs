using Exchange.Adapter.Answering;
using Exchange.Gateway.Pseudonyms;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>What a hub could try with the questions it carries.</summary>
public sealed class HostileHubTests(RunningExchange exchange)
{
    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    [Fact]
    public async Task A_hub_that_swaps_the_points_of_two_questions_in_flight_reaches_nobody()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var one = chiyoda.Cold(session, exchange.ChiyodaResident(9).TownKey).Message;
        var other = chiyoda.Cold(session, exchange.ChiyodaResident(10).TownKey).Message;
        var (zOne, zOther) = (Translated(one), Translated(other));

        Assert.Equal(AnswerStatus.NotFound, await Deliver(one, zOther));
        Assert.Equal(AnswerStatus.NotFound, await Deliver(other, zOne));
    }

    [Fact]
    public async Task A_hub_that_sends_an_earlier_questions_point_again_reaches_nobody()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var person = exchange.ChiyodaResident(9).TownKey;
        var earlier = chiyoda.Cold(session, person).Message;
        var later = chiyoda.Cold(session, person).Message;

        Assert.Equal(AnswerStatus.Found, await Deliver(earlier, Translated(earlier)));
        Assert.Equal(AnswerStatus.NotFound, await Deliver(later, Translated(earlier)));
    }

    [Fact]
    public async Task A_hub_that_translates_to_another_agency_reaches_nobody()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var question = chiyoda.Cold(session, exchange.ChiyodaResident(9).TownKey).Message;

        Assert.Equal(AnswerStatus.NotFound, await Deliver(question, Translated(question, RunningExchange.Osaka)));
    }

    [Fact]
    public async Task Points_swapped_before_the_hub_sees_them_yield_answers_that_say_nothing()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var one = chiyoda.Cold(session, exchange.ChiyodaResident(9).TownKey);
        var other = chiyoda.Cold(session, exchange.ChiyodaResident(10).TownKey);

        foreach (var (asked, point) in new[] { (one, other.Message.Point), (other, one.Message.Point) })
        {
            var response = await chiyoda.Ask(new SealedQuestion(asked.Message) { Point = point });
            Assert.True(session.TryOpen(asked, response.Answer, 512, out var opened, out _));
            Assert.Equal(AnswerStatus.NotFound, opened.Status);
            Assert.True(opened.Answer.Record.IsEmpty);
        }
    }

    [Fact]
    public async Task An_answer_to_one_question_is_not_taken_for_the_answer_to_another()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);
        var one = chiyoda.Cold(session, exchange.ChiyodaResident(9).TownKey);
        var other = chiyoda.Cold(session, exchange.ChiyodaResident(10).TownKey);
        var answer = (await chiyoda.Ask(one.Message)).Answer;

        Assert.False(session.TryOpen(other, answer, 512, out _, out var reason));
        Assert.Equal(Reason.AnswerInvalid, reason);
        Assert.True(session.TryOpen(one, answer, 512, out _, out _));
        Assert.False(session.TryOpen(one, answer, 512, out _, out reason));
        Assert.Equal(Reason.SequenceReplayed, reason);
    }

    byte[] Translated(SealedQuestion question, string provider = Tax)
    {
        var z = new byte[32];
        Assert.True(exchange.Hub<Translator>().TryTranslate(Chiyoda, 1, provider, 1, question.Point.Span, z));
        return z;
    }

    /// <summary>What the provider's own code makes of the question with this point.</summary>
    async Task<AnswerStatus> Deliver(SealedQuestion question, byte[] z)
    {
        var delivered = new SealedQuestion(question) { Point = ByteString.CopyFrom(z) };
        Assert.True(exchange.At<ProviderSessions>(Tax).TryOpen(delivered, out var opened, out var reason), reason.ToString());
        using (opened)
            return (await exchange.At<PersonFinder>(Tax).Find(opened, delivered.Point)).Status;
    }
}
