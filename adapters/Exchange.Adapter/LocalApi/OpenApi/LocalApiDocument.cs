using System.Text;
using System.Text.Json.Nodes;
using Agency.V1;
using Exchange.Adapter.LocalApi.Json;
using Exchange.Protocol.DataSets;
using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Exchange.Adapter.LocalApi.OpenApi;

/// <summary>The JSON API as an OpenAPI 3.1 document, from the descriptors of the service and of the data sets.</summary>
static class LocalApiDocument
{
    public const string Path = "/openapi.json";

    const string Json = "application/json", Token = "token", Problem = "Problem";

    public static byte[] Write(IReadOnlyCollection<ServiceDescriptor> services, IReadOnlyCollection<DataSetContract> dataSets) =>
        Encoding.UTF8.GetBytes(Build(services, dataSets).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1).GetAwaiter().GetResult());

    public static OpenApiDocument Build(IReadOnlyCollection<ServiceDescriptor> services, IReadOnlyCollection<DataSetContract> dataSets)
    {
        var comments = ProtoComments.OfEmbeddedFiles();
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = "Exchange: local API of an agency",
                Version = "1",
                Description = comments.Of(AgencyService.Descriptor) + " The same service speaks gRPC on this port.",
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            },
            Servers = [new OpenApiServer { Url = "/" }],
            Paths = [],
            Components = new OpenApiComponents
            {
                Schemas = new Dictionary<string, IOpenApiSchema>(),
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "ES256, by the caller's key in callers.yaml. A client certificate named there serves as well." },
                },
            },
        };
        var schemas = new MessageSchemas(document, comments, dataSets);
        document.Components.Schemas[Problem] = ProblemSchema();
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }];
        foreach (var method in services.SelectMany(service => service.Methods))
            Add(document, method, schemas, comments);
        foreach (var dataSet in dataSets)
            _ = (schemas.Reference(dataSet.Question), schemas.Reference(dataSet.Record));
        return document;
    }

    static void Add(OpenApiDocument document, MethodDescriptor method, MessageSchemas schemas, ProtoComments comments)
    {
        var rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
        var (verb, path) = rule?.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Put => (HttpMethod.Put, rule.Put),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, rule.Delete),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            _ => default,
        };
        if (path is null)
            return;
        var operation = new OpenApiOperation
        {
            OperationId = method.Name,
            Summary = comments.Of(method),
            Parameters = [Prefer()],
            Responses = new OpenApiResponses
            {
                ["200"] = Response("The answer.", Json, schemas.Reference(method.OutputType)),
                ["default"] = Response("Why not, and what to do next.", ProblemDetails.ContentType, new OpenApiSchemaReference(Problem, document)),
            },
        };
        if (rule!.Body == "*")
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Content(Json, schemas.Reference(method.InputType)) };
        if (!document.Paths.TryGetValue(path, out var item))
            document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
        item.Operations![verb] = operation;
    }

    static OpenApiParameter Prefer() => new()
    {
        Name = "Prefer",
        In = ParameterLocation.Header,
        Description = "How long the caller waits, in whole seconds, as in RFC 7240.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Examples = [JsonValue.Create("wait=5")!] },
    };

    static OpenApiResponse Response(string description, string mediaType, IOpenApiSchema schema) =>
        new() { Description = description, Content = Content(mediaType, schema) };

    static Dictionary<string, OpenApiMediaType> Content(string mediaType, IOpenApiSchema schema) =>
        new() { [mediaType] = new OpenApiMediaType { Schema = schema } };

    static OpenApiSchema ProblemSchema() => new()
    {
        Description = "Problem details, RFC 9457.",
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "type", "title", "status", "detail", ProblemDetails.Reason, ProblemDetails.Remedy },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = MessageSchemas.Text("urn:xhub:reason: and the reason."),
            ["title"] = MessageSchemas.Text("What the reason means."),
            ["status"] = MessageSchemas.Whole("HTTP status."),
            ["detail"] = MessageSchemas.Text("What happened this time."),
            [ProblemDetails.Reason] = MessageSchemas.Text("Stable name to branch on, such as NOT_PERMITTED."),
            [ProblemDetails.Remedy] = MessageSchemas.Text("What to do next."),
            [ProblemDetails.RetryAfter] = MessageSchemas.Whole("When to try again, in milliseconds; absent: trying again changes nothing."),
            [ProblemDetails.RequestId] = MessageSchemas.Text("Hexadecimal; under this id the hub's log knows the exchange."),
        },
    };
}
