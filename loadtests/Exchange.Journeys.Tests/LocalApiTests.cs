using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Journeys.Tests.Running;

namespace Exchange.Journeys.Tests;

/// <summary>What an agency's own system sees of the exchange: JSON over HTTPS at its adapter.</summary>
public sealed class LocalApiTests(RunningExchange exchange) : IDisposable
{
    const string Chiyoda = RunningExchange.Chiyoda;

    readonly List<IDisposable> opened = [];

    public void Dispose() => opened.ForEach(one => one.Dispose());

    [Fact]
    public async Task A_town_office_reads_a_residents_income_with_provenance_and_receipt()
    {
        var resident = exchange.ChiyodaResident(11);

        var (status, answer) = await Ask(resident.TownKey);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("STATUS_FOUND", answer.GetProperty("status").GetString());
        Assert.Equal("jp.tax", answer.GetProperty("provider").GetString());
        var record = answer.GetProperty("record");
        Assert.Equal(resident.TotalIncome, record.GetProperty("totalIncome").GetInt64());
        Assert.Contains(answer.GetProperty("withheld").EnumerateArray(), field => field.GetString() == "basic_deduction");
        Assert.Equal("COLD", answer.GetProperty("journey").GetProperty("kind").GetString());
        var receipt = answer.GetProperty("receipt");
        var requestId = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(receipt.GetProperty("requestId").GetString()!));
        Assert.Equal(Chiyoda, (await exchange.Logged(requestId)).Requester);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_a_reason_and_what_to_do_next()
    {
        var (status, problem) = await Ask("R-nobody");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("PERSON_UNKNOWN", problem.GetProperty("reason").GetString());
        Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task A_refusal_of_the_hub_carries_the_request_id_under_which_the_hub_logged_it()
    {
        var (status, problem) = await Ask(exchange.ChiyodaResident().TownKey, task: "parking-permit");

        Assert.Equal(("TASK_UNKNOWN", HttpStatusCode.BadRequest), (problem.GetProperty("reason").GetString(), status));
        await exchange.Logged(Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(problem.GetProperty("request_id").GetString()!)));
    }

    [Fact]
    public async Task What_callers_yaml_does_not_name_is_refused_before_the_hub_hears_of_it()
    {
        var (status, problem) = await Ask(exchange.ChiyodaResident().TownKey, task: "child-allowance");

        Assert.Equal((HttpStatusCode.Forbidden, "CALLER_NOT_PERMITTED"), (status, problem.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_question_of_another_data_set_is_refused_where_it_is_asked()
    {
        var (status, problem) = await Ask(exchange.ChiyodaResident().TownKey, question: """{ "@type": "type.googleapis.com/records.municipality.v1.ResidentTaxQuestion", "fiscalYear": 2026 }""");

        Assert.Equal((HttpStatusCode.BadRequest, "QUESTION_INVALID"), (status, problem.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-a-token")]
    [InlineData(RunningExchange.Osaka)]
    public async Task Without_a_token_of_this_agency_nobody_asks(string? token)
    {
        using var client = Client(token == RunningExchange.Osaka ? Token(RunningExchange.Osaka) : token);

        using var response = await client.GetAsync("/v1/grants");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("CALLER_UNKNOWN", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_grants_name_provider_fields_and_law_and_whether_the_provider_is_up()
    {
        using var client = Client(Token(Chiyoda));

        var grants = JsonDocument.Parse(await client.GetStringAsync("/v1/grants")).RootElement;

        Assert.Equal((Chiyoda, "front-office"), (grants.GetProperty("agency").GetString(), grants.GetProperty("caller").GetString()));
        var tax = Assert.Single(grants.GetProperty("permissions").EnumerateArray(), one => one.GetProperty("provider").GetString() == "jp.tax" && one.GetProperty("task").GetString() == "benefit-eligibility");
        Assert.True(tax.GetProperty("providerUp").GetBoolean());
        Assert.Contains("Number Act", tax.GetProperty("legalBasis").GetString(), StringComparison.Ordinal);
        Assert.Contains(tax.GetProperty("fields").EnumerateArray(), field => field.GetString() == "total_income");
        Assert.Equal("records.tax.v1.IncomeQuestion", tax.GetProperty("questionType").GetString());
    }

    async Task<(HttpStatusCode, JsonElement)> Ask(
        string person, string task = RunningExchange.Benefits, string question = """{ "@type": "type.googleapis.com/records.tax.v1.IncomeQuestion", "year": 2025 }""")
    {
        using var client = Client(Token(Chiyoda));
        var body = $$"""{ "person": "{{person}}", "provider": "tax", "task": "{{task}}", "dataSet": "tax.income.v1", "question": {{question}}, "official": "official-1", "caseId": "case-1" }""";
        using var response = await client.PostAsync("/v1/lookups", new StringContent(body, Encoding.UTF8, "application/json"));
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    string Token(string agency)
    {
        var folder = exchange.Folder.Agency(agency);
        return LocalTokens.Issue(exchange.At<CallerRegister>(agency).Current.Find(folder.Caller)!, folder.CallerKey, TimeSpan.FromHours(8), TimeProvider.System.GetUtcNow());
    }

    /// <summary>Trusts the exchange's root alone, as the curl line of the README does.</summary>
    HttpClient Client(string? token)
    {
        var root = X509CertificateLoader.LoadCertificateFromFile(exchange.Folder.Root);
        opened.Add(root);
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = PinnedRoots.Policy(root) } }) { BaseAddress = exchange.Folder.Agency(Chiyoda).LocalApi };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
