using Agency.V1;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Records.Tax.V1;
using Status = Agency.V1.Status;

namespace Exchange.Journeys.Tests;

/// <summary>A town learns whether an income is low and not how high it is, as docs/how-to/minimal-answers.md says.</summary>
public sealed class MinimalAnswersTests(RunningExchange exchange)
{
    const string LowIncome = "low-income", LevyExempt = "levy-exempt";

    Resident Poor => Of(one => one is { State: 'E', TotalIncome: < 1_500_000 });

    [Fact]
    public async Task Yes_no_and_not_known_are_told_with_the_version_of_the_rule_and_no_figure()
    {
        foreach (var (resident, truth) in new[] { (Poor, Truth.Yes), (Of(one => one is { State: 'A', TotalIncome: >= 1_500_000 }), Truth.No), (Of(one => one.State is 'U' or 'P'), Truth.NotKnown) })
        {
            var answer = await Ask(resident, LowIncome);
            Assert.Equal((Status.Found, LowIncome, "2025-10", truth), (answer.Status, Assert.Single(answer.Verdicts).Predicate, answer.Verdicts[0].Version, answer.Verdicts[0].Truth));
            Assert.Null(answer.Record);
            Assert.Empty(answer.Withheld);
            Assert.Empty(answer.Freshness.SourceRevision);
        }
    }

    [Fact]
    public async Task Hub_and_journals_have_which_predicates_and_by_which_version()
    {
        var answer = await Ask(Poor, LowIncome, LevyExempt);

        var id = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(answer.Receipt.RequestId));
        var logged = await exchange.Logged(id);
        Assert.Empty(logged.Fields);
        Assert.Equal(["low-income:2025-10", "levy-exempt:2025"], logged.Predicates);
        foreach (var answered in exchange.Journal(RunningExchange.Tax).Answered.Recent(50).Where(one => one.RequestId == id))
            Assert.Equal(["low-income 2025-10 Yes", "levy-exempt 2025 Yes"], V1.Answer.Parser.ParseFrom(answered.Answer).Verdicts.Select(one => $"{one.Predicate} {one.Version} {one.Truth}"));
        Assert.Contains(exchange.Journal(RunningExchange.Tax).Answered.Recent(50), one => one.RequestId == id);
        Assert.Contains(exchange.Journal(RunningExchange.Chiyoda).Asked.Recent(50), one => one.RequestId == id);
    }

    [Fact]
    public async Task The_next_question_is_WARM_and_may_ask_for_another_predicate()
    {
        Assert.Equal(Status.Found, (await Ask(Poor, LowIncome)).Status);
        var warm = await Ask(Poor, LevyExempt);
        Assert.Equal(("WARM", LevyExempt), (warm.Journey.Kind, Assert.Single(warm.Verdicts).Predicate));
    }

    [Fact]
    public async Task A_predicate_that_is_not_granted_is_refused_with_those_that_are_and_the_record_itself_is_withheld()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => Ask(Poor, "income-below-1400000"));
        Assert.Contains("Granted are low-income (2025-10: total_income < 1500000), levy-exempt", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(Status.Withheld, (await Ask(Poor)).Status);
    }

    [Fact]
    public async Task What_may_be_asked_is_told_with_its_test()
    {
        using var system = new LocalSystem(exchange, ExchangePlan.Chiyoda);
        var grants = await new AgencyService.AgencyServiceClient(system.Channel).WhatMayIAskAsync(new WhatMayIAskRequest(), system.Headers(), cancellationToken: TestContext.Current.CancellationToken);
        var row = Assert.Single(grants.Permissions, one => one.Task == "price-relief");
        Assert.Empty(row.Fields);
        Assert.Equal(new Predicate { Name = LowIncome, Version = "2025-10", Test = "total_income < 1500000" }, row.Predicates[0]);
    }

    Resident Of(Func<Resident, bool> isWanted) => exchange.Folder.Residents.Last(one => one is { Town: ExchangePlan.Chiyoda, IsUnknownToTax: false } && isWanted(one));

    async Task<LookupResponse> Ask(Resident person, params string[] predicates)
    {
        using var system = new LocalSystem(exchange, ExchangePlan.Chiyoda);
        return await new AgencyService.AgencyServiceClient(system.Channel).LookupAsync(new LookupRequest
        {
            Person = person.TownKey,
            Provider = "tax",
            Task = "price-relief",
            DataSet = DataSetCatalogue.Income.Id,
            Question = Any.Pack(new IncomeQuestion { Year = 2025 }),
            Official = "suzuki",
            CaseId = "relief-2026-0007",
            Predicates = { predicates },
        }, system.Headers(), cancellationToken: TestContext.Current.CancellationToken);
    }
}
