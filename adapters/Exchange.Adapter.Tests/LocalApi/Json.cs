using System.Net;
using System.Text;
using System.Text.Json;

namespace Exchange.Adapter.Tests.LocalApi;

/// <summary>What a JSON caller writes and reads.</summary>
static class Json
{
    public const string Lookup = """
        {
          "person": "0001", "provider": "jp.tax", "task": "benefit-eligibility", "dataSet": "tax.income.v1",
          "question": { "@type": "type.googleapis.com/records.tax.v1.IncomeQuestion", "year": 2025 },
          "official": "suzuki", "caseId": "case-7"
        }
        """;

    public static async Task<(HttpResponseMessage Response, JsonElement Body)> AskAsync(this HttpClient client, string body = Lookup, string type = "application/json")
    {
        var response = await client.PostAsync("/v1/lookups", new StringContent(body, Encoding.UTF8, type));
        return (response, await ReadAsync(response));
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    /// <summary>Asserts that it is the problem expected, and all of it.</summary>
    public static JsonElement Problem(this (HttpResponseMessage Response, JsonElement Body) answer, HttpStatusCode status, string reason)
    {
        var (response, body) = answer;
        Assert.Equal((status, reason), (response.StatusCode, body.GetProperty("reason").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal((int)status, body.GetProperty("status").GetInt32());
        Assert.Equal($"urn:xhub:reason:{reason}", body.GetProperty("type").GetString());
        foreach (var name in new[] { "title", "detail", "remedy" })
            Assert.NotEmpty(body.GetProperty(name).GetString()!);
        return body;
    }
}
