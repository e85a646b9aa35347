using System.Diagnostics;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Jobs;

/// <summary>What a job asks for, and in whose name.</summary>
/// <param name="Name">Of its span, such as <c>eligibility</c>.</param>
/// <param name="Task">Of the policy matrix.</param>
/// <param name="DataSets">Everything it may ask for: its caller must be permitted all of it.</param>
public sealed record Purpose(string Name, string Task, IReadOnlyList<DataSetContract> DataSets, string Official, string CaseId)
{
    /// <summary>As of <see cref="Asking.AskRequest"/>, for every question.</summary>
    public TimeSpan? MaxAge { get; init; }
}

/// <summary>Begins the questions of jobs: its caller is permitted them, and they stand under one span of its caller's trace.</summary>
public sealed class Inquiries(ResidenceRouting routing, Asker asker, PacedLookups paced, LocalApiOptions options, TimeProvider time)
{
    /// <summary>For one answer: what is not answered by the caller's deadline is refused, and the job answers with what it has.</summary>
    /// <exception cref="RpcException">CALLER_NOT_PERMITTED.</exception>
    public Inquiry Begin(ServerCallContext context, Purpose purpose) => Begin(context, purpose, asker.Ask, state =>
        new Deadline(context.Deadline == DateTime.MaxValue ? state.Wait : context.Deadline - time.GetUtcNow().UtcDateTime, options, time, context.CancellationToken));

    /// <summary>For a list, which may take hours: each lookup has its own time, the call has none, and it goes at the pace of the quota.</summary>
    /// <exception cref="RpcException">CALLER_NOT_PERMITTED.</exception>
    public Inquiry BeginList(ServerCallContext context, Purpose purpose) => Begin(context, purpose, paced.Ask, _ => null);

    Inquiry Begin(ServerCallContext context, Purpose purpose, AskOnce ask, Func<CallState, Deadline?> deadline)
    {
        var http = context.GetHttpContext();
        var state = CallState.Of(http);
        if (purpose.DataSets.FirstOrDefault(one => !state.Caller!.May(purpose.Task, one.Id)) is { } missing)
        {
            var refusal = Reasons.Refuse(Reason.CallerNotPermitted, $"{purpose.Name} asks for {missing.Id} for the task {purpose.Task}, which this caller may not.");
            throw refusal.ToRpcException();
        }
        var activity = AdapterMetrics.Activities.Start(purpose.Name, ActivityKind.Server, http.Request.Headers.TraceParent.ToString());
        return new Inquiry(routing, ask, purpose, activity, deadline(state), context.CancellationToken);
    }
}
