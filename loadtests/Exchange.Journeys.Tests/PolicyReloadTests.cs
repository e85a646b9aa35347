using System.Text.Json;
using Exchange.Adapter.Asking;
using Exchange.Gateway.Policy;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.Tax.V1;

namespace Exchange.Journeys.Tests;

/// <summary>The matrix changes while the exchange runs. One test after another, each beginning with the same matrix.</summary>
public sealed class PolicyReloadTests(PolicyReloadTests.Own own) : IClassFixture<PolicyReloadTests.Own>, IAsyncLifetime
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    public ValueTask InitializeAsync()
    {
        Assert.True(exchange.UseMatrix(Matrix(Row("year, total_income"))));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_wider_matrix_releases_more_from_the_next_question_on()
    {
        var before = await Ask(0);
        exchange.UseMatrix(Matrix(Row("year, total_income, taxable_income")));
        var after = await Ask(0);

        Assert.Contains("taxable_income", Withheld(before));
        Assert.DoesNotContain("taxable_income", Withheld(after));
        Assert.Equal(exchange.ChiyodaResident(0).TaxableIncome, IncomeStatement.Parser.ParseFrom(after.Record).TaxableIncome);
    }

    [Fact]
    public async Task A_new_row_opens_a_task_and_the_provider_still_keeps_to_its_own_list()
    {
        Assert.Equal(Reason.TaskUnknown, (await Ask(1, "parking-permit")).Refusal?.Reason);
        exchange.UseMatrix(Matrix(Row("year, total_income"), Row("year, total_income", task: "parking-permit")));

        var outcome = await Ask(1, "parking-permit");

        Assert.Null(outcome.Refusal);
        Assert.Equal(AnswerStatus.Withheld, outcome.Status);
        Assert.True(outcome.Record.IsEmpty);
    }

    [Fact]
    public async Task A_narrower_matrix_withholds_at_once_from_a_warm_question_too()
    {
        var before = await Ask(2);
        exchange.UseMatrix(Matrix(Row("year")));
        var after = await Ask(2);

        Assert.Equal((LookupKind.Cold, LookupKind.Warm), (before.Kind, after.Kind));
        Assert.Contains("total_income", Withheld(after));
        Assert.False(IncomeStatement.Parser.ParseFrom(after.Record).HasTotalIncome);
    }

    [Fact]
    public async Task A_row_that_is_gone_refuses_even_those_who_hold_a_handle()
    {
        await exchange.OpenSessions(Chiyoda, exchange.ChiyodaResident(3).TownKey);
        exchange.UseMatrix(Matrix(Row("year", requester: RunningExchange.Osaka)));

        var refusal = (await Ask(3)).Refusal;

        Assert.Equal(Reason.NotPermitted, refusal?.Reason);
        Assert.Equal((AuditOutcome.Refused, Reason.NotPermitted), Ended(await exchange.Logged(refusal!.RequestId)));
    }

    [Theory]
    [InlineData("year", true)]
    [InlineData("year, total_income, taxable_income", false)]
    public async Task A_policy_that_changes_while_the_provider_works_holds_back_what_it_no_longer_grants(string fields, bool refused)
    {
        using var requester = new AgencyByHand(exchange, Chiyoda);
        using var provider = new AgencyByHand(exchange, Tax);
        await using var slow = await NodeByHand.Connect(provider, "slow");
        var asking = requester.Ask(ByHand.Warm(Chiyoda, Tax, slow.Node, 1, RunningExchange.Income));
        var question = await slow.Question();

        exchange.UseMatrix(Matrix(Row(fields)));
        await slow.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });

        if (!refused)
        {
            Assert.NotNull((await asking).Receipt);
            return;
        }
        var refusal = AgencyByHand.Refused(await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => asking));
        Assert.Equal(Reason.NotPermitted, refusal.Reason);
        Assert.Contains("changed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((AuditOutcome.Failed, Reason.NotPermitted), Ended(await exchange.Logged(refusal.RequestId)));
    }

    [Fact]
    public async Task A_matrix_with_a_mistake_is_refused_whole_and_readyz_says_so_until_it_is_mended()
    {
        exchange.Log.Expect(201, 202);
        var before = exchange.Hub<PolicyReloader>().Current.Version;

        Assert.False(exchange.UseMatrix(Matrix(Row("year, total_income"), Row("year, total_incme", task: "parking-permit"))));

        Assert.Equal(before, exchange.Hub<PolicyReloader>().Current.Version);
        Assert.Null((await Ask(4)).Refusal);
        Assert.Equal(Reason.TaskUnknown, (await Ask(4, "parking-permit")).Refusal?.Reason);
        var check = Assert.Single(await Failing());
        Assert.Equal(("policy", "degraded"), (check.GetProperty("check").GetString(), check.GetProperty("status").GetString()));
        Assert.Contains("total_incme", check.GetProperty("why").GetString(), StringComparison.Ordinal);

        Assert.True(exchange.UseMatrix(Matrix(Row("year, total_income"))));
        Assert.Empty(await Failing());
    }

    [Fact]
    public async Task Each_policy_that_comes_into_force_stands_in_the_log()
    {
        exchange.UseMatrix(Matrix(Row("year"), Row("year", task: "noted")));
        var version = exchange.Hub<PolicyReloader>().Current.Version;

        await RunningExchange.Until(async () => (await exchange.AuditLog()).Any(one => one.Entry.Policy?.PolicyVersion == version && one.Entry.Policy.Rows == 2));
    }

    Task<AskOutcome> Ask(int resident, string task = RunningExchange.Benefits) => exchange.Ask(Chiyoda, exchange.ChiyodaResident(resident).TownKey, task: task);

    async Task<JsonElement[]> Failing()
    {
        using var client = new HttpClient();
        var ready = JsonDocument.Parse(await client.GetStringAsync(exchange.Folder.GatewayReady)).RootElement;
        return [.. ready.GetProperty("failed").EnumerateArray()];
    }

    static IEnumerable<string?> Withheld(AskOutcome outcome) => outcome.Withheld.Select(DataSetCatalogue.Income.FieldName);

    static (AuditOutcome, Reason) Ended(LookupEvent entry) => (entry.Outcome, entry.Reason);

    static string Matrix(params ReadOnlySpan<string> rows) => "rows:\n" + string.Concat(rows);

    static string Row(string fields, string task = RunningExchange.Benefits, string requester = "municipality") => $"""
          - requester: {requester}
            task: {task}
            provider: tax
            data_set: tax.income.v1
            fields: [{fields}]
            condition: none
            legal_basis: Number Act article 19 (8)
            valid_from: 2025-01-01

        """;
}
