using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hosting.Certificates;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.Tests.LocalApi;

public sealed class CallerTests
{
    static readonly object good = new { iss = "town", aud = "exchange", sub = "benefits", exp = 4_000_000_000 };

    static string Encode(object part) => Base64UrlEncoder.Encode(JsonSerializer.Serialize(part));

    /// <summary>A token with whatever header and claims, signed by a key of the test or not at all.</summary>
    static string Forge(RunningApi api, object header, object claims, string? key = "benefits.key")
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        if (key is null)
            return $"{signed}.";
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(File.ReadAllText(api[key]));
        return $"{signed}.{Base64UrlEncoder.Encode(ecdsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    static async Task RefusedAsync(RunningApi api, HttpClient client, string words)
    {
        var answer = await client.AskAsync();
        var problem = answer.Problem(HttpStatusCode.Unauthorized, "CALLER_UNKNOWN");
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Bearer", answer.Response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_caller_that_shows_nothing_is_unknown()
    {
        await using var api = await RunningApi.NewAsync();
        await RefusedAsync(api, api.Client(), "Neither a token nor a client certificate");
    }

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        await RefusedAsync(api, api.Client(Forge(api, new { alg = "none", typ = "JWT" }, good, null)), "not signed");
    }

    [Fact]
    public async Task A_token_signed_with_the_public_key_as_a_password_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        var signed = $"{Encode(new { alg = "HS256", typ = "JWT" })}.{Encode(good)}";
        var mac = HMACSHA256.HashData(Encoding.ASCII.GetBytes(File.ReadAllText(api["benefits.pub"])), Encoding.ASCII.GetBytes(signed));
        await RefusedAsync(api, api.Client($"{signed}.{Base64UrlEncoder.Encode(mac)}"), "not signed");
    }

    [Fact]
    public async Task A_token_in_the_name_of_another_caller_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        await RefusedAsync(api, api.Client(Forge(api, new { alg = "ES256", typ = "JWT" }, good, "schools.key")), "not signed");
    }

    [Fact]
    public async Task A_token_is_good_only_with_issuer_audience_subject_and_end()
    {
        await using var api = await RunningApi.NewAsync();
        var header = new { alg = "ES256", typ = "JWT" };
        Assert.Equal(HttpStatusCode.OK, (await api.Client(Forge(api, header, good)).AskAsync()).Response.StatusCode);
        api.Asked.Clear();
        await RefusedAsync(api, api.Client(Forge(api, header, new { iss = "city", aud = "exchange", sub = "benefits", exp = 4_000_000_000 })), "caller that has its issuer and subject");
        await RefusedAsync(api, api.Client(Forge(api, header, new { iss = "town", aud = "portal", sub = "benefits", exp = 4_000_000_000 })), "another audience");
        await RefusedAsync(api, api.Client(Forge(api, header, new { iss = "town", aud = "exchange", sub = "mayor", exp = 4_000_000_000 })), "caller that has its issuer and subject");
        await RefusedAsync(api, api.Client(Forge(api, header, new { iss = "town", aud = "exchange", sub = "benefits" })), "names no end");
        await RefusedAsync(api, api.Client(Forge(api, header, new { iss = "town", aud = "exchange", exp = 4_000_000_000 })), "caller that has its issuer and subject");
        await RefusedAsync(api, api.Client("not.a.token"), "malformed");
    }

    [Fact]
    public async Task A_token_ends_when_it_says_and_is_not_good_before()
    {
        await using var api = await RunningApi.NewAsync();
        var client = api.Client(api.Token(lifetime: TimeSpan.FromHours(8)));
        api.Time.Advance(TimeSpan.FromHours(8));
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync()).Response.StatusCode);
        api.Time.Advance(TimeSpan.FromMinutes(1));
        api.Asked.Clear();
        await RefusedAsync(api, client, "expired");

        var early = Forge(api, new { alg = "ES256", typ = "JWT" }, new { iss = "town", aud = "exchange", sub = "benefits", nbf = 3_900_000_000, exp = 4_000_000_000 });
        await RefusedAsync(api, api.Client(early), "not valid yet");
    }

    [Fact]
    public async Task One_changed_character_of_a_token_spoils_it()
    {
        await using var api = await RunningApi.NewAsync();
        var token = api.Token();
        var client = api.Client();
        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", changed);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.AskAsync()).Response.StatusCode);
        }
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_bad_token_is_not_saved_by_a_good_certificate()
    {
        await using var api = await RunningApi.NewAsync();
        await RefusedAsync(api, api.Client("nonsense", api.BenefitsCertificate), "malformed");
    }

    [Fact]
    public async Task A_caller_asks_for_its_own_tasks_and_data_sets_alone()
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token("schools")).AskAsync()).Problem(HttpStatusCode.Forbidden, "CALLER_NOT_PERMITTED");
        (await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("benefit-eligibility", "school-meals", StringComparison.Ordinal)))
            .Problem(HttpStatusCode.Forbidden, "CALLER_NOT_PERMITTED");
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_certificate_known_by_its_name_must_come_from_the_authority_of_the_file()
    {
        await using var api = await RunningApi.NewAsync();
        using var stranger = ThrowawayAuthority.Create(api.Time, "Stranger");
        (await api.Client(certificate: api.Certificate("urn:town:schools")).AskAsync()).Problem(HttpStatusCode.Forbidden, "CALLER_NOT_PERMITTED");
        await RefusedAsync(api, api.Client(certificate: api.Certificate("urn:town:schools", stranger)), "belongs to no caller");
        await RefusedAsync(api, api.Client(certificate: api.Certificate("urn:town:school")), "belongs to no caller");
    }

    [Fact]
    public async Task A_certificate_known_by_its_fingerprint_serves_while_it_is_in_force()
    {
        await using var api = await RunningApi.NewAsync();
        var client = api.Client(certificate: api.BenefitsCertificate);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync()).Response.StatusCode);
        api.Asked.Clear();
        api.Time.Advance(TimeSpan.FromHours(2));
        await RefusedAsync(api, client, "not in force");
    }

    [Fact]
    public async Task A_caller_taken_out_of_the_file_is_refused_on_the_connection_it_has()
    {
        await using var api = await RunningApi.NewAsync();
        var (byCertificate, byToken) = (api.Client(certificate: api.BenefitsCertificate), api.Client(api.Token()));
        Assert.Equal(HttpStatusCode.OK, (await byCertificate.AskAsync()).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await byToken.AskAsync()).Response.StatusCode);
        api.Asked.Clear();

        var text = await File.ReadAllTextAsync(api["callers.yaml"]);
        var schools = text.IndexOf("  - name: schools", StringComparison.Ordinal);
        await File.WriteAllTextAsync(api["callers.yaml"], text[..text.IndexOf("  - name: benefits", StringComparison.Ordinal)] + text[schools..]);
        Assert.True(api.Callers.Refresh());
        await RefusedAsync(api, byCertificate, "belongs to no caller");
        await RefusedAsync(api, byToken, "caller that has its issuer and subject");
    }

    [Fact]
    public async Task A_file_with_a_mistake_leaves_the_callers_as_they_were()
    {
        await using var api = await RunningApi.NewAsync();
        var before = api.Callers.Current;
        await File.AppendAllTextAsync(api["callers.yaml"], "\nunheard: 1\n");
        Assert.False(api.Callers.Refresh());
        Assert.Same(before, api.Callers.Current);
        Assert.Contains(api.Logged, line => line.Contains("unknown key 'unheard'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reflection_is_there_in_development_only()
    {
        await using var production = await RunningApi.NewAsync();
        await using var development = await new RunningApi().StartAsync("Development");
        Assert.Equal(StatusCode.Unimplemented, await ReflectAsync(production));
        Assert.Equal(StatusCode.OK, await ReflectAsync(development));
    }

    static async Task<StatusCode> ReflectAsync(RunningApi api)
    {
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo",
            Marshallers.Create(one => one, one => one), Marshallers.Create(one => one, one => one));
        using var call = api.Channel().CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        await call.RequestStream.CompleteAsync();
        try
        {
            await call.ResponseStream.MoveNext(default);
            return call.GetStatus().StatusCode;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
