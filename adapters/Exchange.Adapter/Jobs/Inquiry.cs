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
    /// <summary>Of one record; more are no record but an attack on memory.</summary>
    const int MostPages = 64;

    readonly ResidenceRouting asking;
    readonly Purpose purpose;
    readonly Activity? activity;
    readonly Deadline? deadline;
    readonly CancellationToken caller;

    internal Inquiry(ResidenceRouting asking, Purpose purpose, Activity? activity, Deadline? deadline, CancellationToken caller)
    {
        this.asking = asking;
        this.purpose = purpose;
        this.activity = activity;
        this.deadline = deadline;
        this.caller = caller;
    }

    /// <summary>Hexadecimal; empty when nobody listens to spans.</summary>
    public string TraceId => activity?.TraceId.ToHexString() ?? "";

    /// <summary>Cancelled when the caller no longer waits or the deadline has passed.</summary>
    public CancellationToken Over => deadline?.Token ?? caller;

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
            var outcome = await AskWhole(request, dataSet).ConfigureAwait(false);
            return outcome.Refusal is { } refusal && deadline is not null ? outcome with { Refusal = deadline.Explain(refusal) } : outcome;
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            return AskOutcome.Refused(Reasons.Refuse(Reason.DeadlineExceeded));
        }
    }

    /// <summary>A record that comes in pages is one record: with a page missing it is not known, and not half known.</summary>
    async Task<AskOutcome> AskWhole(AskRequest request, DataSetContract dataSet)
    {
        var first = await asking.Ask(request, Over).ConfigureAwait(false);
        if (first.NextPage.IsEmpty || first.Refusal is not null)
            return first;
        var record = dataSet.Record.Parser.ParseFrom(first.Record);
        var page = first;
        for (var pages = 1; !page.NextPage.IsEmpty; pages++)
        {
            page = await asking.Ask(request with { Provider = first.Provider, PageToken = page.NextPage }, Over).ConfigureAwait(false);
            if (page.Refusal is not null)
                return page;
            if (page.Status != AnswerStatus.Found || pages == MostPages)
                return AskOutcome.Refused(Reasons.Refuse(Reason.AnswerInvalid)) with { Provider = first.Provider };
            record.MergeFrom(page.Record);
        }
        return first with { Record = record.ToByteString(), NextPage = ByteString.Empty };
    }

    public void Dispose()
    {
        activity?.Dispose();
        deadline?.Dispose();
    }
}
