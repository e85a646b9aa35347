using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Records.Municipality.V1;
using Records.Tax.V1;
using LookupRequest = Agency.V1.LookupRequest;
using Status = Agency.V1.Status;

namespace Exchange.Adapter.Tests.LocalApi;

public sealed class GrpcLookupTests
{
    static LookupRequest Request(IMessage? question = null) => new()
    {
        Person = "0001",
        Provider = "tax",
        Task = RunningApi.Task,
        DataSet = RunningApi.DataSet,
        Question = Any.Pack(question ?? new IncomeQuestion { Year = 2025 }),
        Official = "suzuki",
    };

    static async Task<Refusal> RefusedAsync(RunningApi api, LookupRequest request, StatusCode status, CallOptions options = default)
    {
        var client = new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate));
        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.LookupAsync(request, options));
        Assert.Equal(status, thrown.StatusCode);
        return thrown.ToRefusal()!;
    }

    [Fact]
    public async Task A_caller_without_certificate_and_token_is_unknown()
    {
        await using var api = await RunningApi.NewAsync();
        var client = new AgencyService.AgencyServiceClient(api.Channel());
        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.LookupAsync(Request()));
        Assert.Equal((StatusCode.Unauthenticated, Reason.CallerUnknown), (thrown.StatusCode, thrown.ToRefusal()!.Reason));
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_question_of_another_data_set_is_refused()
    {
        await using var api = await RunningApi.NewAsync();
        var refusal = await RefusedAsync(api, Request(new ResidentTaxQuestion { FiscalYear = 2025 }), StatusCode.InvalidArgument);
        Assert.Equal(Reason.QuestionInvalid, refusal.Reason);
        Assert.Contains("records.tax.v1.IncomeQuestion", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7f01")]
    [InlineData("08ff")]
    [InlineData("08e90f1001")]
    public async Task A_question_that_is_broken_or_has_unknown_fields_is_refused(string hex)
    {
        await using var api = await RunningApi.NewAsync();
        var request = Request();
        request.Question.Value = ByteString.CopyFrom(Convert.FromHexString(hex));
        Assert.Equal(Reason.QuestionInvalid, (await RefusedAsync(api, request, StatusCode.InvalidArgument)).Reason);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task An_oversized_request_never_reaches_the_service()
    {
        await using var api = await RunningApi.NewAsync();
        var request = Request();
        request.PageToken = ByteString.CopyFrom(new byte[100_000]);
        var client = new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate));
        await Assert.ThrowsAsync<RpcException>(async () => await client.LookupAsync(request));
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_refusal_carries_ErrorInfo_and_RetryInfo()
    {
        await using var api = await RunningApi.NewAsync();
        api.Ask = (_, _) => Task.FromResult(AskOutcome.Refused(Reasons.Refuse(Reason.QuotaExceeded)));
        var client = new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate));
        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.LookupAsync(Request()));
        Assert.Equal(StatusCode.ResourceExhausted, thrown.StatusCode);
        var status = thrown.GetRpcStatus()!;
        Assert.Equal(("exchange", "QUOTA_EXCEEDED"), (status.GetDetail<ErrorInfo>()!.Domain, status.GetDetail<ErrorInfo>()!.Reason));
        Assert.Equal(1, status.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
    }

    [Fact]
    public async Task The_deadline_is_passed_on_less_the_reserve()
    {
        await using var api = await new RunningApi { Reserve = TimeSpan.FromMinutes(1) }.StartAsync();
        var arrived = new TaskCompletionSource();
        api.Ask = async (_, cancellation) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new AskOutcome();
        };
        var refused = RefusedAsync(api, Request(), StatusCode.DeadlineExceeded, new CallOptions(deadline: api.Time.GetUtcNow().UtcDateTime.AddSeconds(90)));
        await arrived.Task;
        api.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(Reason.DeadlineExceeded, (await refused).Reason);
    }

    [Fact]
    public async Task A_deadline_shorter_than_the_reserve_is_over_at_once()
    {
        await using var api = await new RunningApi { Reserve = TimeSpan.FromMinutes(1) }.StartAsync();
        api.Ask = async (_, cancellation) =>
        {
            var waiting = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            api.Time.Advance(TimeSpan.FromMilliseconds(1));
            await waiting;
            return new AskOutcome();
        };
        var options = new CallOptions(deadline: api.Time.GetUtcNow().UtcDateTime.AddSeconds(30));
        Assert.Equal(Reason.DeadlineExceeded, (await RefusedAsync(api, Request(), StatusCode.DeadlineExceeded, options)).Reason);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_its_question()
    {
        await using var api = await RunningApi.NewAsync();
        using var leaving = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        api.Ask = async (_, cancellation) =>
        {
            cancellation.Register(cancelled.SetResult);
            await leaving.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new AskOutcome();
        };
        var client = new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate));
        await Assert.ThrowsAsync<RpcException>(async () => await client.LookupAsync(Request(), cancellationToken: leaving.Token));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    [Fact]
    public async Task A_record_comes_as_its_own_message()
    {
        await using var api = await RunningApi.NewAsync();
        var record = new IncomeStatement { Year = 2025, TotalIncome = 1 };
        api.Ask = (_, _) => Task.FromResult(new AskOutcome { Status = AnswerStatus.Found, Provider = "jp.tax", Record = record.ToByteString() });
        var response = await new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate)).LookupAsync(Request());
        Assert.Equal((Status.Found, "jp.tax", record), (response.Status, response.Provider, response.Record.Unpack<IncomeStatement>()));
    }

    [Fact]
    public async Task WhatMayIAsk_lists_what_both_the_matrix_and_the_list_of_callers_permit()
    {
        await using var api = await RunningApi.NewAsync();
        var row = new GrantRow { Requester = RunningApi.Agency, Provider = "jp.tax", Task = RunningApi.Task, DataSet = RunningApi.DataSet, Fields = { 1, 3 }, LegalBasis = "Act 9", ProviderUp = true };
        var (otherTask, otherRequester) = (row.Clone(), row.Clone());
        otherTask.Task = "school-meals";
        otherRequester.Requester = "jp.mun.999999";
        api.Grants = _ => Task.FromResult(new GetGrantsResponse { Rows = { otherTask, row, otherRequester } });
        var response = await new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate)).WhatMayIAskAsync(new WhatMayIAskRequest());
        Assert.Equal((RunningApi.Agency, "benefits"), (response.Agency, response.Caller));
        var one = Assert.Single(response.Permissions);
        Assert.Equal(["year", "total_income"], one.Fields);
        Assert.Equal(("Act 9", true, "records.tax.v1.IncomeQuestion"), (one.LegalBasis, one.ProviderUp, one.QuestionType));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1_782_000_000_000, 1_782_000_000)]
    [InlineData(-1, null)]
    [InlineData(long.MaxValue, null)]
    public async Task WhatMayIAsk_tells_until_when_a_provider_is_closed_and_nothing_that_is_no_time(long unixMs, int? seconds)
    {
        await using var api = await RunningApi.NewAsync();
        api.Grants = _ => Task.FromResult(new GetGrantsResponse { Rows = { new GrantRow { Requester = RunningApi.Agency, Provider = "jp.tax", Task = RunningApi.Task, DataSet = RunningApi.DataSet, ClosedUntilUnixMs = unixMs } } });
        var response = await new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate)).WhatMayIAskAsync(new WhatMayIAskRequest());
        Assert.Equal(seconds, (int?)Assert.Single(response.Permissions).ClosedUntil?.Seconds);
    }

    [Fact]
    public async Task A_hub_that_is_away_is_told_as_such()
    {
        await using var api = await RunningApi.NewAsync();
        api.Grants = _ => throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "connection refused"));
        var client = new AgencyService.AgencyServiceClient(api.Channel(api.BenefitsCertificate));
        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.WhatMayIAskAsync(new WhatMayIAskRequest()));
        Assert.Equal(Reason.HubUnavailable, thrown.ToRefusal()!.Reason);
    }
}
