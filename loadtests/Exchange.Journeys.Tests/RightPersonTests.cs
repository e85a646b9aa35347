using Exchange.Adapter.Asking;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

/// <summary>A town says whom it means, and the tax agency tells nothing about anybody else.</summary>
public sealed class RightPersonTests(RunningExchange exchange)
{
    [Fact]
    public async Task The_one_meant_is_told_about_COLD_and_WARM_and_another_never()
    {
        var resident = exchange.ChiyodaResident(12);

        var cold = await Ask(resident, resident.BornOn);
        var warm = await Ask(resident, resident.BornOn);
        var another = await Ask(resident, resident.BornOn.AddDays(1));

        Assert.All(new[] { cold, warm }, one => Assert.Equal((null, AnswerStatus.Found, true), (one.Refusal, one.Status, one.IdentityChecked)));
        Assert.Equal(LookupKind.Warm, warm.Kind);
        Assert.Equal((AnswerStatus.IdentityMismatch, true, 0), (another.Status, another.Record.IsEmpty, another.Withheld.Count));
        // The hub cannot tell the two apart.
        var (told, untold) = (await exchange.Logged(warm.Receipt!.RequestId), await exchange.Logged(another.Receipt!.RequestId));
        Assert.Equal((told.Outcome, told.Kind, told.CalculateSize()), (untold.Outcome, untold.Kind, untold.CalculateSize()));
    }

    [Fact]
    public async Task Where_the_provider_has_nothing_to_compare_the_asker_hears_that()
    {
        var outcome = await exchange.Parts.Asker(RunningExchange.Chiyoda).Ask(
            Request(exchange.ChiyodaResident(12)) with { Identity = new Identity { Kana = "ヤマダ" } }, TestContext.Current.CancellationToken);
        Assert.Equal((AnswerStatus.Found, false), (outcome.Status, outcome.IdentityChecked));
    }

    Task<AskOutcome> Ask(Resident resident, DateOnly born) => exchange.Parts.Asker(RunningExchange.Chiyoda).Ask(
        Request(resident) with { Identity = new Identity { BirthDate = $"{born:yyyy-MM-dd}" } }, TestContext.Current.CancellationToken);

    static AskRequest Request(Resident resident) => new(
        resident.TownKey, RunningExchange.Tax, RunningExchange.Benefits, RunningExchange.Income, RunningExchange.Question(RunningExchange.Income), "official-1", "case-1", null, ByteString.Empty);
}
