using System.Net;
using System.Text.Json;
using Agency.V1;
using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.LocalApi;

public sealed class OpenApiTests
{
    static async Task<(OpenApiDocument Document, JsonElement Json)> ReadAsync()
    {
        await using var api = await RunningApi.NewAsync();
        var response = await api.Client().GetAsync("/openapi.json");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        var text = await response.Content.ReadAsStringAsync();
        var read = OpenApiDocument.Parse(text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        return (read.Document!, JsonDocument.Parse(text).RootElement);
    }

    [Fact]
    public async Task It_names_every_route_of_the_service_and_nothing_else()
    {
        var (document, _) = await ReadAsync();
        var described = document.Paths.SelectMany(path => path.Value.Operations!.Select(one => (one.Key.Method, path.Key, one.Value.OperationId)));
        var served = AgencyService.Descriptor.Methods.Select(method => (method, Rule: method.GetOptions().GetExtension(AnnotationsExtensions.Http)))
            .Select(one => one.Rule.PatternCase == HttpRule.PatternOneofCase.Get ? ("GET", one.Rule.Get, one.method.Name) : ("POST", one.Rule.Post, one.method.Name));
        Assert.Equal(served.Order(), described.Select(one => (one.Method, one.Key, one.OperationId!)).Order());
    }

    [Fact]
    public async Task It_describes_every_field_of_every_record_in_the_words_of_the_contract()
    {
        var (document, _) = await ReadAsync();
        foreach (var message in RunningApi.DataSets.SelectMany(one => new MessageDescriptor[] { one.Question, one.Record }))
            Assert.Equal(message.Fields.InFieldNumberOrder().Select(field => field.JsonName), document.Components!.Schemas![message.FullName].Properties!.Keys);
        var income = document.Components!.Schemas!["records.tax.v1.IncomeStatement"];
        Assert.Equal("Amounts are yen. A field that is not set is not known; it is never zero by absence.", income.Description);
        Assert.Equal("Part of the income levy that goes to the prefecture.", income.Properties!["prefecturalIncomeLevy"].Description);
        Assert.Contains("No return was filed", income.Properties["assessmentState"].Description, StringComparison.Ordinal);
        Assert.Equal(Enum.GetValues<AssessmentState>().Length, income.Properties["assessmentState"].Enum!.Count);
    }

    [Fact]
    public async Task Every_operation_says_what_a_refusal_looks_like()
    {
        var (document, json) = await ReadAsync();
        foreach (var operation in document.Paths.SelectMany(path => path.Value.Operations!.Values))
        {
            Assert.NotEmpty(operation.Summary!);
            Assert.True(operation.Responses!["default"].Content!.ContainsKey("application/problem+json"));
        }
        var problem = json.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties");
        foreach (var name in new[] { "type", "title", "status", "detail", "reason", "remedy", "retry_after_ms", "request_id" })
            Assert.True(problem.TryGetProperty(name, out _), name);
    }

    [Fact]
    public async Task A_question_names_its_type()
    {
        var (_, json) = await ReadAsync();
        var question = json.GetProperty("components").GetProperty("schemas").GetProperty("agency.v1.LookupRequest").GetProperty("properties").GetProperty("question");
        Assert.Equal(
            ["type.googleapis.com/records.tax.v1.IncomeQuestion", "type.googleapis.com/records.municipality.v1.ResidentTaxQuestion"],
            question.GetProperty("oneOf").EnumerateArray().Select(one => one.GetProperty("properties").GetProperty("@type").GetProperty("const").GetString()));
    }
}
