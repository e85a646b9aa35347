using System.Diagnostics;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Routing;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Jobs;

/// <summary>The questions of one job, asked side by side. Every question is a lookup of its own: decided, charged, logged and journalled.</summary>
public sealed class Inquiry : IDisposable
{
    readonly ResidenceRouting routing;
    readonly AskOnce ask;
    readonly Purpose purpose;
    readonly Activity? activity;
    readonly Deadline? deadline;
    readonly CancellationToken caller;

    /// <param name="ask">Each single lookup, beneath pages and candidates.</param>
    internal Inquiry(ResidenceRouting routing, AskOnce ask, Purpose purpose, Activity? activity, Deadline? deadline, CancellationToken caller)
    {
        this.routing = routing;
        this.ask = ask;
        this.purpose = purpose;
        this.activity = activity;
        this.deadline = deadline;
        this.caller = caller;
    }

    /// <summary>Hexadecimal; empty when nobody listens to spans.</summary>
    public string TraceId => activity?.TraceId.ToHexString() ?? "";

    /// <summary>Cancelled when the caller no longer waits or the deadline has passed.</summary>
    public CancellationToken Over => deadline?.Token ?? caller;

    /// <summary>Asks for a whole record, however many pages it comes in.</summary>
    /// <param name="person">This agency's own key of the person.</param>
    /// <param name="provider">An agency id, a kind of which there is only one, or <c>residence:DATE</c>.</param>
    /// <returns>Refused with DEADLINE_EXCEEDED when the time of the whole inquiry is over.</returns>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public async Task<AskOutcome> Ask(string person, string provider, DataSetContract dataSet, IMessage question)
    {
        var request = new AskRequest(person, provider, purpose.Task, dataSet.Id, question.ToByteString(), purpose.Official, purpose.CaseId, purpose.MaxAge, ByteString.Empty)
        {
            Traceparent = TraceContext.Write(activity),
        };
        try
        {
            return await routing.Ask(request, (one, over) => WholeRecord.Ask(AskInTime, one, over), Over).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            return AskOutcome.Refused(Reasons.Refuse(Reason.DeadlineExceeded));
        }
    }

    /// <summary>One lookup, beneath pages and candidates: when the time is over, what others had answered is kept.</summary>
    async Task<AskOutcome> AskInTime(AskRequest request, CancellationToken over)
    {
        try
        {
            var outcome = await ask(request, over).ConfigureAwait(false);
            return outcome.Refusal is { } refusal && deadline is not null ? outcome with { Refusal = deadline.Explain(refusal) } : outcome;
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            return AskOutcome.Refused(Reasons.Refuse(Reason.DeadlineExceeded));
        }
    }

    public void Dispose()
    {
        activity?.Dispose();
        deadline?.Dispose();
    }
}
