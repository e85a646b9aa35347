using Exchange.Adapter.Asking;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>A row of the matrix asks for the person's consent.</summary>
public sealed class ConsentTests(ConsentTests.Own own) : IClassFixture<ConsentTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    [Fact]
    public async Task A_question_travels_with_consent_alone_and_both_journals_and_not_the_hub_have_it()
    {
        var matrix = File.ReadAllText(exchange.Folder.Matrix);
        Assert.True(exchange.UseMatrix($$"""
            rows:
              - requester: municipality
                task: benefit-eligibility
                provider: tax
                data_set: tax.income.v1
                fields: [year, total_income]
                condition: consent
                consent_valid_days: 30
                legal_basis: law
                valid_from: 2025-01-01
            """));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).DateTime);

        // The hub does not see what is shown; whoever asks before it has heard of the row is told by the provider.
        Assert.Equal(Reason.ConsentMissing, (await Ask(null)).Refusal?.Reason);
        Assert.Equal(Reason.ConsentMissing, (await Ask(today.AddDays(-32))).Refusal?.Reason);
        var told = await Ask(today.AddDays(-29));

        Assert.Equal((null, AnswerStatus.Found), (told.Refusal, told.Status));
        var id = told.Receipt!.RequestId;
        var asked = Assert.Single(exchange.Journal(Chiyoda).Asked.Recent(10), one => one.RequestId == id);
        var answered = Assert.Single(exchange.Journal(Tax).Answered.Recent(10), one => one.RequestId == id);
        Assert.All(new[] { asked.Question, answered.Question }, one => Assert.Equal(new Consent { Reference = "form-17", GivenOn = $"{today.AddDays(-29):yyyy-MM-dd}" }, Question.Parser.ParseFrom(one).Consent));
        Assert.DoesNotContain(await exchange.AuditLog(), one => one.Bytes.AsSpan().IndexOf("form-17"u8) >= 0);
        Assert.True(exchange.UseMatrix(matrix));
    }

    Task<AskOutcome> Ask(DateOnly? consented) => exchange.Parts.Asker(Chiyoda).Ask(
        new AskRequest(exchange.ChiyodaResident().TownKey, Tax, RunningExchange.Benefits, RunningExchange.Income, RunningExchange.Question(RunningExchange.Income), "official-1", "case-1", null, ByteString.Empty)
        {
            Consent = consented is { } day ? new Consent { Reference = "form-17", GivenOn = $"{day:yyyy-MM-dd}" } : null,
        },
        TestContext.Current.CancellationToken);
}
