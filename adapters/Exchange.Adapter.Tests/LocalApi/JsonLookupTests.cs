using System.Net;
using System.Text;
using Exchange.Adapter.Asking;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.LocalApi;

public sealed class JsonLookupTests
{
    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"person\"")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"question\":{\"@type\":")]
    [InlineData("{\"person\":\"1\",\"person\":\"2\"}")]
    public async Task A_body_that_is_no_lookup_is_refused(string body)
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token()).AskAsync(body)).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
        Assert.Empty(api.Asked);
    }

    [Theory]
    [InlineData("\"caseId\"", "\"caseID\"")]
    [InlineData("\"year\"", "\"yaer\"")]
    [InlineData("2025", "\"this year\"")]
    [InlineData("2025", "20250000000000")]
    [InlineData("records.tax.v1.IncomeQuestion", "records.tax.v1.Unheard")]
    [InlineData("\"official\": \"suzuki\"", "\"official\": 7")]
    public async Task A_field_that_is_misspelt_or_mistyped_is_refused_and_not_dropped(string good, string bad)
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token()).AskAsync(Json.Lookup.Replace(good, bad, StringComparison.Ordinal))).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused()
    {
        await using var api = await RunningApi.NewAsync();
        var body = Encoding.Latin1.GetBytes(Json.Lookup.Replace("suzuki", "m\u00fcller", StringComparison.Ordinal));
        var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
        var response = await api.Client(api.Token()).PostAsync("/v1/lookups", content);
        (response, await Json.ReadAsync(response)).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token()).AskAsync("{\"question\":" + new string('[', 10_000))).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
        (await api.Client(api.Token()).AskAsync(string.Concat(Enumerable.Repeat("{\"question\":", 4_000)))).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
    }

    [Fact]
    public async Task A_JSON_caller_says_how_long_it_waits()
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = async (_, cancellation) =>
        {
            var waiting = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            api.Time.Advance(TimeSpan.FromSeconds(2));
            await waiting;
            return new AskOutcome();
        };
        var client = api.Client(api.Token());
        client.DefaultRequestHeaders.Add("Prefer", "respond-async, wait=2");
        (await client.AskAsync()).Problem(HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED");
    }

    [Fact]
    public async Task A_question_given_up_on_its_way_because_time_was_over_is_told_as_that_and_may_be_repeated()
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = (_, cancellation) =>
        {
            api.Time.Advance(TimeSpan.FromSeconds(2));
            Assert.True(cancellation.IsCancellationRequested);
            return Task.FromResult(AskOutcome.Refused(Reasons.Refuse(Reason.Cancelled)));
        };
        var client = api.Client(api.Token());
        client.DefaultRequestHeaders.Add("Prefer", "wait=2");
        Assert.True((await client.AskAsync()).Problem(HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED").GetProperty("retry_after_ms").GetInt32() > 0);
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token()).AskAsync(type: "text/plain")).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_oversized_body_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        await using var api = await RunningApi.NewAsync();
        var content = new StringContent(Json.Lookup + new string(' ', 70_000), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/lookups") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        // By its length it is refused unread: who sends it all the same may find the connection closed before the answer is read.
        request.Headers.ExpectContinue = !chunked;
        var response = await api.Client(api.Token()).SendAsync(request);
        (response, await Json.ReadAsync(response)).Problem(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE");
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once_and_none_repeats_what_was_sent()
    {
        await using var api = await RunningApi.NewAsync();
        var problem = (await api.Client(api.Token()).AskAsync($$"""
            { "person": "{{new string('7', 300)}}", "task": "benefit-eligibility", "dataSet": "tax.income.v1", "caseId": "a\nb", "maxAge": "-5s",
              "question": { "@type": "type.googleapis.com/records.municipality.v1.ResidentTaxQuestion", "fiscalYear": 2025 } }
            """)).Problem(HttpStatusCode.BadRequest, "QUESTION_INVALID");
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.StartsWith("The request has 6 mistakes:", detail, StringComparison.Ordinal);
        foreach (var field in new[] { "person", "provider", "official", "case_id", "max_age", "question" })
            Assert.Contains($"'{field}'", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("777", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_data_set_has_a_reason_of_its_own()
    {
        await using var api = await RunningApi.NewAsync();
        (await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("tax.income.v1\"", "tax.incom.v1\"", StringComparison.Ordinal)))
            .Problem(HttpStatusCode.BadRequest, "DATA_SET_UNKNOWN");
    }

    [Fact]
    public async Task A_refusal_keeps_its_words_its_retry_time_and_its_request_id()
    {
        await using var api = await RunningApi.NewAsync();
        var refusal = Reasons.Refuse(Reason.ProviderUnavailable, "jp.tax is closed.", TimeSpan.FromMilliseconds(2500));
        refusal.RequestId = ByteString.CopyFrom(Convert.FromHexString("00112233445566778899aabbccddeeff"));
        api.Ask = (_, _) => Task.FromResult(AskOutcome.Refused(refusal));
        var answer = await api.Client(api.Token()).AskAsync();
        var problem = answer.Problem(HttpStatusCode.ServiceUnavailable, "PROVIDER_UNAVAILABLE");
        Assert.Equal("jp.tax is closed.", problem.GetProperty("detail").GetString());
        Assert.Equal(Reasons.Of(Reason.ProviderUnavailable).Remedy, problem.GetProperty("remedy").GetString());
        Assert.Equal(2500, problem.GetProperty("retry_after_ms").GetInt32());
        Assert.Equal("00112233445566778899aabbccddeeff", problem.GetProperty("request_id").GetString());
        Assert.Equal(TimeSpan.FromSeconds(3), answer.Response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_bug_behind_the_API_tells_neither_caller_nor_log_what_was_asked()
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = (request, _) => throw new InvalidOperationException($"person {request.Person}");
        var answer = await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("0001", "canary-4711", StringComparison.Ordinal));
        answer.Problem(HttpStatusCode.InternalServerError, "INTERNAL");
        Assert.DoesNotContain("canary", answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(api.Logged, line => line.Contains("InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(api.Logged, line => line.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("canary-4711")]
    [InlineData("canary-4711\", \"unheard\": \"canary")]
    [InlineData("canary-4711\\u0007")]
    public async Task Nothing_a_caller_sends_is_logged(string person)
    {
        await using var api = await RunningApi.NewAsync();
        var client = api.Client(api.Token());
        await client.AskAsync(Json.Lookup.Replace("0001", person, StringComparison.Ordinal));
        await client.GetAsync("/v1/grants?person=canary");
        await client.GetAsync("/canary");
        Assert.DoesNotContain(api.Logged, line => line.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_comes_with_its_fields_and_what_is_not_known_is_absent_and_not_zero()
    {
        await using var api = await RunningApi.NewAsync();
        var record = new IncomeStatement { Year = 2025, TotalIncome = 4_000_000, Dependants = 0, AssessmentState = AssessmentState.Assessed };
        api.Ask = (_, _) => Task.FromResult(new AskOutcome
        {
            Status = AnswerStatus.Found,
            Provider = "jp.tax",
            Record = record.ToByteString(),
            Withheld = [IncomeStatement.MedicalDeductionFieldNumber],
            Freshness = new Freshness { AsOfUnixMs = 1_750_000_000_000, CachedAgeMs = 1500 },
            Receipts = [new Receipt { Log = "hub-1", Index = 7, LeafHash = ByteString.CopyFrom(0xff, 0x00), RequestId = ByteString.CopyFrom(1) }],
            Kind = LookupKind.Warm,
            HandleFrom = "memory",
            Took = TimeSpan.FromMilliseconds(2),
            RepeatedBecause = [Reason.UnknownSession],
        });
        var (response, body) = await api.Client(api.Token()).AskAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("STATUS_FOUND", body.GetProperty("status").GetString());
        var found = body.GetProperty("record");
        Assert.Equal("type.googleapis.com/records.tax.v1.IncomeStatement", found.GetProperty("@type").GetString());
        Assert.Equal(4_000_000, found.GetProperty("totalIncome").GetInt64());
        Assert.Equal(0, found.GetProperty("dependants").GetInt32());
        Assert.Equal("ASSESSMENT_STATE_ASSESSED", found.GetProperty("assessmentState").GetString());
        Assert.False(found.TryGetProperty("basicDeduction", out _));
        Assert.Equal("medical_deduction", body.GetProperty("withheld")[0].GetString());
        Assert.Equal("2025-06-15T15:06:40Z", body.GetProperty("freshness").GetProperty("asOf").GetString());
        Assert.Equal("1.500s", body.GetProperty("freshness").GetProperty("cachedAge").GetString());
        Assert.Equal(("ff00", 7), (body.GetProperty("receipt").GetProperty("leafHash").GetString(), body.GetProperty("receipt").GetProperty("index").GetInt32()));
        Assert.Equal(("WARM", "memory"), (body.GetProperty("journey").GetProperty("kind").GetString(), body.GetProperty("journey").GetProperty("handleFrom").GetString()));
        Assert.Equal("UNKNOWN_SESSION", body.GetProperty("journey").GetProperty("repeatedBecause")[0].GetString());
    }

    [Fact]
    public async Task The_whole_question_reaches_the_asking_side()
    {
        await using var api = await RunningApi.NewAsync();
        await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("\"case-7\"", "\"case-7\", \"maxAge\": \"90s\", \"pageToken\": \"AQI=\"", StringComparison.Ordinal));
        var asked = Assert.Single(api.Asked);
        Assert.Equal(
            new AskRequest("0001", "jp.tax", RunningApi.Task, RunningApi.DataSet, new IncomeQuestion { Year = 2025 }.ToByteString(),
                "suzuki", "case-7", TimeSpan.FromSeconds(90), ByteString.CopyFrom(1, 2)),
            asked with { Predicates = [] });
        Assert.Empty(asked.Predicates);
    }

    [Fact]
    public async Task Predicates_are_asked_for_by_name_each_once_and_their_verdicts_are_told_in_place_of_a_record()
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = (_, _) => Task.FromResult(new AskOutcome { Status = AnswerStatus.Found, Provider = "jp.tax", Verdicts = [new Verdict { Predicate = "low-income", Version = "2025-10", Truth = Truth.Yes }] });
        var (_, body) = await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("\"case-7\"", "\"case-7\", \"predicates\": [\"low-income\", \"low-income\"]", StringComparison.Ordinal));
        Assert.Equal(["low-income"], Assert.Single(api.Asked).Predicates);
        Assert.False(body.TryGetProperty("record", out _));
        var verdict = Assert.Single(body.GetProperty("verdicts").EnumerateArray());
        Assert.Equal(("low-income", "2025-10", "TRUTH_YES"), (verdict.GetProperty("predicate").GetString(), verdict.GetProperty("version").GetString(), verdict.GetProperty("truth").GetString()));
    }

    [Fact]
    public async Task Consent_and_whom_is_meant_reach_the_asking_side()
    {
        await using var api = await RunningApi.NewAsync();
        await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("\"case-7\"", "\"case-7\", \"consent\": { \"reference\": \"form-17\", \"givenOn\": \"2026-03-30\" }, \"identity\": { \"birthDate\": \"1984-05-14\", \"kana\": \"ヤマダ\" }", StringComparison.Ordinal));
        var asked = Assert.Single(api.Asked);
        Assert.Equal((new Consent { Reference = "form-17", GivenOn = "2026-03-30" }, new Identity { BirthDate = "1984-05-14", Kana = "ヤマダ" }), (asked.Consent, asked.Identity));
    }

    [Theory]
    [InlineData("\"consent\": {}", "'consent.reference' is missing; 'consent.given_on' must be a date")]
    [InlineData("\"consent\": { \"reference\": \"a\", \"givenOn\": \"30.3.2026\" }", "'consent.given_on' must be a date such as 2026-04-01")]
    [InlineData("\"identity\": {}", "'identity' is empty")]
    [InlineData("\"identity\": { \"birthDate\": \"1984\" }", "'identity.birth_date' must be a date such as 1984-05-14")]
    [InlineData("\"predicates\": [\"\"]", "no name of at most 64 characters")]
    [InlineData("\"predicates\": [\"a\"], \"pageToken\": \"AQI=\"", "'page_token' goes with a record")]
    [InlineData("\"predicates\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]", "more than 16 names")]
    public async Task Predicates_consent_and_identity_that_are_none_are_told(string given, string mistake)
    {
        await using var api = await RunningApi.NewAsync();
        var (_, body) = await api.Client(api.Token()).AskAsync(Json.Lookup.Replace("\"case-7\"", "\"case-7\", " + given, StringComparison.Ordinal));
        Assert.Contains(mistake, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(api.Asked);
    }

    [Theory]
    [InlineData(AnswerStatus.HandleExpired)]
    [InlineData((AnswerStatus)99)]
    public async Task A_status_without_meaning_to_a_caller_is_no_answer(AnswerStatus status)
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = (_, _) => Task.FromResult(new AskOutcome { Status = status });
        Assert.Equal("ANSWER_INVALID", (await api.Client(api.Token()).AskAsync()).Body.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_record_that_does_not_parse_or_a_time_that_is_none_is_no_answer()
    {
        await using var api = await RunningApi.NewAsync();
        var client = api.Client(api.Token());
        api.Ask = (_, _) => Task.FromResult(new AskOutcome { Status = AnswerStatus.Found, Record = ByteString.CopyFrom(0xff) });
        Assert.Equal("ANSWER_INVALID", (await client.AskAsync()).Body.GetProperty("reason").GetString());
        api.Ask = (_, _) => Task.FromResult(new AskOutcome { Status = AnswerStatus.NotFound, Freshness = new Freshness { AsOfUnixMs = long.MaxValue, CachedAgeMs = ulong.MaxValue } });
        Assert.Equal("ANSWER_INVALID", (await client.AskAsync()).Body.GetProperty("reason").GetString());
    }
}
