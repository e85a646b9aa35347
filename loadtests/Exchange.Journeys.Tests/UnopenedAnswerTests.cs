using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>A provider that confirms sessions as it should and answers what does not open.</summary>
public sealed class UnopenedAnswerTests(UnopenedAnswerTests.Own own) : IClassFixture<UnopenedAnswerTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    [Fact]
    public async Task An_answer_that_does_not_open_is_journalled_with_its_receipt_and_not_handed_on()
    {
        await exchange.Parts.StopAgency(Tax);
        using var provider = new AgencyByHand(exchange, Tax);
        await using var node = await NodeByHand.Connect(provider, "forger");
        using var sessions = new ProviderSessions(node.Keys, exchange.At<CertificateVerifier>(Chiyoda), TimeProvider.System);
        var asking = exchange.Ask(Chiyoda, exchange.ChiyodaResident().TownKey);
        var offer = Assert.Single((await node.Next(frame => frame.Offers.Count > 0)).Offers);
        Assert.True(sessions.TryAccept(offer.Offer, out var confirmation, out _));
        await node.Send(new Frame { Confirmations = { new ConfirmationItem { Id = offer.Id, Confirmation = confirmation } } });
        var question = await node.Question();

        var forged = NodeByHand.Answer();
        await node.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = forged } } });

        var outcome = await asking;
        Assert.Equal((Reason.AnswerInvalid, 0), (outcome.Refusal?.Reason, outcome.Record.Length));
        var entry = Assert.Single(exchange.Journal(Chiyoda).Asked.Recent(1));
        Assert.Equal((Reason.AnswerInvalid, AnswerStatus.Unspecified), (entry.Reason, entry.Status));
        Assert.Equal((question.Question.Header, question.Question.Commitment, forged.Commitment), (entry.Header, entry.QuestionCommitment, entry.AnswerCommitment));
        Assert.NotEmpty(entry.Question);
        var logged = await exchange.Logged(entry.RequestId);
        Assert.Equal((AuditOutcome.Answered, forged.Commitment), (logged.Outcome, logged.AnswerCommitment));
        Assert.Equal((Tax, entry.RequestId), (outcome.Provider, outcome.Refusal!.RequestId));
        Assert.Equal(entry.Receipt, new Receipt(Assert.Single(outcome.Receipts)) { Entry = ByteString.Empty });
        Assert.Equal(entry.RequestId, (await exchange.AuditLog())[(int)entry.Receipt!.Index].Entry.Lookup.RequestId);
    }
}
