using System.Net;
using System.Text;
using System.Text.Json;
using Agency.V1;
using Grpc.Core;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class EligibilityApiTests(RunningTownHall town) : IClassFixture<RunningTownHall>
{
    const string Request = """
        {
          "decidedOn": "2026-06-20", "official": "suzuki", "caseId": "case-7",
          "members": [ { "person": "canary-4711" }, { "person": "canary-4712", "bornOn": "1990-05-05" }, { "person": "canary-4713", "bornOn": "2018-05-05" } ]
        }
        """;

    [Fact]
    public async Task A_household_of_strangers_is_undecided_and_every_figure_of_every_adult_is_named_missing()
    {
        var (status, body) = await Decide(Request);
        Assert.Equal((HttpStatusCode.OK, "DECISION_UNDECIDED"), (status, body.GetProperty("decision").GetString()));
        Assert.Equal(("low-income-household", "2026-04"), (body.GetProperty("programme").GetString(), body.GetProperty("ruleVersion").GetString()));
        Assert.Equal(
            [
                ("canary-4711", "total income", "tax"), ("canary-4711", "pension on top of total income", "pension"), ("canary-4711", "resident tax", "residence:2026-01-01"),
                ("canary-4712", "total income", "tax"), ("canary-4712", "pension on top of total income", "pension"), ("canary-4712", "resident tax", "residence:2026-01-01"),
            ],
            body.GetProperty("missing").EnumerateArray().Select(one => (one.GetProperty("person").GetString()!, one.GetProperty("name").GetString()!, one.GetProperty("provider").GetString()!)));
        Assert.All(body.GetProperty("missing").EnumerateArray(), one => Assert.Equal("PERSON_UNKNOWN", one.GetProperty("reason").GetString()));
        Assert.False(body.TryGetProperty("facts", out _));
        Assert.Equal("Decided on 2026-06-20: incomes of 2025, resident tax of fiscal year 2026, residence on 2026-01-01.", body.GetProperty("steps")[0].GetString());
    }

    [Fact]
    public async Task Without_a_day_it_is_decided_by_the_day_it_is_in_Japan()
    {
        var (_, body) = await Decide(Request.Replace("2026-06-20", "", StringComparison.Ordinal));
        Assert.StartsWith("Decided on 2026-06-20:", body.GetProperty("steps")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_gRPC_alike()
    {
        var client = new EligibilityService.EligibilityServiceClient(town.Program.Channel());
        var request = new EligibilityRequest { Official = "suzuki", DecidedOn = "2025-07-01", Members = { new EligibilityMember { Person = "nobody" } } };
        var response = await client.DecideAsync(request, new Metadata { { "authorization", $"Bearer {town.Program.Token("benefits")}" } });
        Assert.Equal((Decision.Undecided, "2025-04", 3), (response.Decision, response.RuleVersion, response.Missing.Count));
    }

    [Fact]
    public async Task A_caller_that_may_ask_for_a_part_of_it_only_is_refused()
    {
        var (status, body) = await Decide(Request, "half");
        Assert.Equal((HttpStatusCode.Forbidden, "CALLER_NOT_PERMITTED"), (status, body.GetProperty("reason").GetString()));
        Assert.Contains("pension.payments.v1", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_request_and_programme_are_told_together_and_repeat_nothing()
    {
        var (status, body) = await Decide("""{ "programme": "canary", "decidedOn": "canary", "maxAge": "-7s", "members": [ { "person": "x", "bornOn": "canary" } ] }""");
        Assert.Equal((HttpStatusCode.BadRequest, "QUESTION_INVALID"), (status, body.GetProperty("reason").GetString()));
        var detail = body.GetProperty("detail").GetString()!;
        Assert.StartsWith("The request has 5 mistakes:", detail, StringComparison.Ordinal);
        foreach (var field in new[] { "official", "decided_on", "max_age", "members[0].born_on", "programme" })
            Assert.Contains($"'{field}'", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_without_a_rule_is_refused_before_anybody_is_asked()
    {
        var (status, body) = await Decide(Request.Replace("2026-06-20", "2024-06-20", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, "QUESTION_INVALID"), (status, body.GetProperty("reason").GetString()));
        Assert.Contains("2025-04-01 to 2026-03-31", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_of_the_local_API_has_it()
    {
        var document = JsonDocument.Parse(await town.Program.Client("benefits").GetStringAsync("/openapi.json")).RootElement;
        Assert.Equal("Decide", document.GetProperty("paths").GetProperty("/v1/eligibility").GetProperty("post").GetProperty("operationId").GetString());
        Assert.True(document.GetProperty("components").GetProperty("schemas").TryGetProperty("agency.v1.MissingFact", out _));
    }

    [Fact]
    public async Task Nothing_of_a_household_is_logged()
    {
        await Decide(Request);
        await Decide(Request.Replace("2018-05-05", "canary", StringComparison.Ordinal));
        Assert.NotEmpty(town.Program.Logged);
        foreach (var secret in new[] { "canary", "suzuki", "case-7" })
            Assert.DoesNotContain(town.Program.Logged, line => line.Contains(secret, StringComparison.Ordinal));
    }

    async Task<(HttpStatusCode Status, JsonElement Body)> Decide(string body, string caller = "benefits")
    {
        var response = await town.Program.Client(caller).PostAsync("/v1/eligibility", new StringContent(body, Encoding.UTF8, "application/json"));
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
