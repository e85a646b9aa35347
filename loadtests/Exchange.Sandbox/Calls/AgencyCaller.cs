using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Story;
using Exchange.Sandbox.Traces;
using Google.Protobuf;

namespace Exchange.Sandbox.Calls;

/// <summary>A system of an agency that calls its adapter's JSON API as any would: over TLS with the CA pinned, with a bearer token.</summary>
sealed class AgencyCaller : IDisposable
{
    static readonly JsonFormatter json = new(JsonFormatter.Settings.Default.WithTypeRegistry(RecordTypes.Registry).WithPreserveProtoFieldNames(true));
    static readonly JsonFormatter indented = new(JsonFormatter.Settings.Default.WithTypeRegistry(RecordTypes.Registry).WithPreserveProtoFieldNames(true).WithIndentation());
    static readonly JsonParser parser = new(JsonParser.Settings.Default.WithTypeRegistry(RecordTypes.Registry));

    readonly TraceCollector traces;
    readonly TimeProvider time;
    readonly HttpClient http;

    /// <param name="caller">Null: the front office.</param>
    public AgencyCaller(AgencyFolder agency, string root, TraceCollector traces, TimeProvider time, string? caller = null, string? callerKey = null)
    {
        this.traces = traces;
        this.time = time;
        Agency = agency;
        var policy = PinnedRoots.Policy(X509CertificateLoader.LoadCertificateFromFile(root));
        http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } }) { BaseAddress = agency.LocalApi };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(agency, time, caller ?? agency.Caller, callerKey ?? agency.CallerKey));
    }

    public AgencyFolder Agency { get; }

    /// <summary>What the agency's <c>token</c> command prints, good for eight hours.</summary>
    public static string Token(AgencyFolder agency, TimeProvider time) => Token(agency, time, agency.Caller, agency.CallerKey);

    static string Token(AgencyFolder agency, TimeProvider time, string caller, string callerKey)
    {
        using var token = new StringWriter(CultureInfo.InvariantCulture);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var callers = AdapterOptions.Read(agency.Config, agency.Id).LocalApi.CallersFile;
        if (TokenCommand.Run(callers, [.. DataSetCatalogue.All.Select(one => one.Id)], caller, callerKey, TokenCommand.DefaultHours, time, token, said) != 0)
            throw new InvalidOperationException(said.ToString());
        return token.ToString().Trim();
    }

    /// <summary>In one line.</summary>
    public static string Json(IMessage message) => json.Format(message);

    /// <summary>For people.</summary>
    public static string Indented(IMessage message) => indented.Format(message);

    public async Task<Call> Ask(LookupRequest request, CancellationToken cancelled)
    {
        var (answer, problem, took, trace) = await Post("/v1/lookups", request, parser.Parse<LookupResponse>, cancelled).ConfigureAwait(false);
        return new Call(request, answer, problem, took, trace);
    }

    /// <summary>Has a municipality decide on a household.</summary>
    public async Task<(EligibilityResponse? Answer, Problem? Problem)> Decide(EligibilityRequest request, CancellationToken cancelled)
    {
        var (answer, problem, _, _) = await Post("/v1/eligibility", request, parser.Parse<EligibilityResponse>, cancelled).ConfigureAwait(false);
        return (answer, problem);
    }

    /// <summary>Takes marks away, or asks for it.</summary>
    public Task<ProtectedPerson> Lift(LiftRequest request, CancellationToken cancelled) => Done("/v1/protections/lift", request, parser.Parse<ProtectedPerson>, cancelled);

    /// <summary>Marks a person at risk.</summary>
    public Task<ProtectedPerson> Protect(ProtectRequest request, CancellationToken cancelled) => Done("/v1/protections", request, parser.Parse<ProtectedPerson>, cancelled);

    /// <summary>Decides on a question about somebody at risk.</summary>
    public Task<Approval> Decide(DecideRequest request, CancellationToken cancelled) => Done("/v1/approvals", request, parser.Parse<Approval>, cancelled);

    /// <summary>Questions about people at risk that wait.</summary>
    public async Task<ListApprovalsResponse> Approvals(CancellationToken cancelled) =>
        parser.Parse<ListApprovalsResponse>(await http.GetStringAsync(new Uri("/v1/approvals", UriKind.Relative), cancelled).ConfigureAwait(false));

    /// <summary>Leaves a question that waits.</summary>
    public Task<Letter> Submit(SubmitRequest request, CancellationToken cancelled) => Done("/v1/letters", request, parser.Parse<Letter>, cancelled);

    /// <summary>What became of it.</summary>
    public async Task<Letter> LetterOf(string id, CancellationToken cancelled) =>
        parser.Parse<CollectResponse>(await http.GetStringAsync(new Uri($"/v1/letters?id={id}", UriKind.Relative), cancelled).ConfigureAwait(false)).Letters.Single();

    public Task<ForgetResponse> Forget(string id, CancellationToken cancelled) => Done("/v1/letters/forget", new ForgetRequest { Ids = { id } }, parser.Parse<ForgetResponse>, cancelled);

    /// <summary>Takes back what was told of a person.</summary>
    public Task<Recall> BeginRecall(BeginRequest request, CancellationToken cancelled) => Done("/v1/recalls", request, parser.Parse<Recall>, cancelled);

    public Task<Recall> CloseRecall(CloseRequest request, CancellationToken cancelled) => Done("/v1/recalls/close", request, parser.Parse<Recall>, cancelled);

    /// <summary>How far its notices are.</summary>
    public async Task<Recall> RecallOf(string id, CancellationToken cancelled) =>
        parser.Parse<ListRecallsResponse>(await http.GetStringAsync(new Uri($"/v1/recalls?id={id}", UriKind.Relative), cancelled).ConfigureAwait(false)).Recalls.Single();

    /// <summary>What others take back or correct.</summary>
    public async Task<ListNoticesResponse> Notices(CancellationToken cancelled) =>
        parser.Parse<ListNoticesResponse>(await http.GetStringAsync(new Uri("/v1/notices", UriKind.Relative), cancelled).ConfigureAwait(false));

    public Task<ReceivedNotice> AcknowledgeNotice(AcknowledgeNoticeRequest request, CancellationToken cancelled) => Done("/v1/notices", request, parser.Parse<ReceivedNotice>, cancelled);

    async Task<T> Done<T>(string path, IMessage request, Func<string, T> read, CancellationToken cancelled)
        where T : class
    {
        var (answer, problem, _, _) = await Post(path, request, read, cancelled).ConfigureAwait(false);
        return answer ?? throw new StoryException($"{Agency.Id} was refused: {problem!.Reason}. {problem.Detail} {problem.Remedy}");
    }

    async Task<(T? Answer, Problem? Problem, TimeSpan Took, string TraceId)> Post<T>(string path, IMessage request, Func<string, T> read, CancellationToken cancelled)
        where T : class
    {
        var (trace, span) = (RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetHexString(16, lowercase: true));
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Json(request), Encoding.UTF8, "application/json") };
        message.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{span}-01");
        var (begin, started) = (time.GetUtcNow(), time.GetTimestamp());
        using var response = await http.SendAsync(message, cancelled).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancelled).ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        traces.Add(CollectedSpan.Root(trace, span, $"{Agency.Id} {Agency.Caller}", "POST " + path, begin, took));
        return response.IsSuccessStatusCode
            ? (read(body), null, took, trace)
            : (null, ReadProblem((int)response.StatusCode, body), took, trace);
    }

    /// <summary>What this caller may ask whom.</summary>
    public async Task<WhatMayIAskResponse> WhatMayIAsk(CancellationToken cancelled) =>
        parser.Parse<WhatMayIAskResponse>(await http.GetStringAsync(new Uri("/v1/grants", UriKind.Relative), cancelled).ConfigureAwait(false));

    public void Dispose() => http.Dispose();

    static Problem ReadProblem(int status, string body)
    {
        using var document = JsonDocument.Parse(body);
        string Text(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
        return new Problem(status, Text("reason"), Text("detail"), Text("remedy"), Text("request_id"));
    }
}
