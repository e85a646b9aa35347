using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Exchange.Adapter.LocalApi;

/// <summary>
/// What the agency's own systems call. A lookup goes three steps: the caller may ask this (1), the request is whole (2),
/// it is asked within the caller's deadline (3). Every refusal is thrown as the status it becomes.
/// </summary>
sealed class AgencyApi(LocalApiBackend backend, LocalApiOptions options, TimeProvider time) : AgencyService.AgencyServiceBase
{
    readonly Dictionary<string, DataSetContract> contracts = backend.DataSets.ToDictionary(one => one.Id);

    public override async Task<global::Agency.V1.LookupResponse> Lookup(global::Agency.V1.LookupRequest request, ServerCallContext context)
    {
        // 1. May the caller ask this?
        var state = CallState.Of(context.GetHttpContext());
        var contract = LookupCheck.Permit(state.Caller!, request, contracts);

        // 2. Is it whole?
        if (!RequestCheck.TryRead(request, contract, out var ask, out var mistakes))
            throw RequestCheck.Refuse(mistakes).ToRpcException();

        // 3. Ask.
        using var deadline = DeadlineOf(context, state);
        AskOutcome outcome;
        try
        {
            // The server's own span is exported nowhere: the caller's is what this one stands under.
            outcome = await backend.Ask(ask with { Traceparent = context.GetHttpContext().Request.Headers.TraceParent.ToString() }, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw Reasons.Refuse(Reason.DeadlineExceeded).ToRpcException();
        }
        if (outcome.Refusal is { } refusal)
            throw deadline.Explain(refusal).ToRpcException();
        return Answers.ToResponse(outcome, contract!)
            ?? throw Reasons.Refuse(Reason.AnswerInvalid).ToRpcException();
    }

    public override async Task<WhatMayIAskResponse> WhatMayIAsk(WhatMayIAskRequest request, ServerCallContext context)
    {
        var state = CallState.Of(context.GetHttpContext());
        using var deadline = DeadlineOf(context, state);
        GetGrantsResponse grants;
        try
        {
            grants = await backend.Grants(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw Reasons.Refuse(Reason.DeadlineExceeded).ToRpcException();
        }
        var response = new WhatMayIAskResponse { Agency = backend.Agency, Caller = state.Caller!.Name };
        foreach (var row in grants.Rows)
            if (row.Requester == backend.Agency && state.Caller.May(row.Task, row.DataSet))
                response.Permissions.Add(ToPermission(row));
        return response;
    }

    Permission ToPermission(GrantRow row)
    {
        var contract = contracts.GetValueOrDefault(row.DataSet);
        return new Permission
        {
            Provider = row.Provider,
            Task = row.Task,
            DataSet = row.DataSet,
            Fields = { row.Fields.Select(number => contract?.FieldName(number) ?? number.ToString(CultureInfo.InvariantCulture)) },
            LegalBasis = row.LegalBasis,
            ValidFrom = row.ValidFrom,
            ValidUntil = row.ValidUntil,
            ProviderUp = row.ProviderUp,
            QuestionType = contract?.Question.FullName ?? "",
            RecordType = contract?.Record.FullName ?? "",
            NeedsConsent = row.NeedsConsent,
            ClosedUntil = Moment(row.ClosedUntilUnixMs),
            Predicates = { row.Predicates.Select(one => new global::Agency.V1.Predicate { Name = one.Name, Version = one.Version, Test = one.Test }) },
        };
    }

    /// <summary>Null for none, and for a time that there is not: the hub may say anything.</summary>
    static Timestamp? Moment(long unixMs) => unixMs > 0 && unixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(unixMs))
        : null;

    Deadline DeadlineOf(ServerCallContext context, CallState state)
    {
        var wait = context.Deadline == DateTime.MaxValue ? state.Wait : context.Deadline - time.GetUtcNow().UtcDateTime;
        return new Deadline(wait, options, time, context.CancellationToken);
    }
}
