using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using LookupRequest = Agency.V1.LookupRequest;

namespace Exchange.Adapter.LocalApi;

/// <summary>Whether the caller may ask this, for a lookup that is answered at once and for one that waits.</summary>
static class LookupCheck
{
    /// <returns>Null where the request names no data set; that is told with the other mistakes of it.</returns>
    /// <exception cref="RpcException">DATA_SET_UNKNOWN or CALLER_NOT_PERMITTED.</exception>
    public static DataSetContract? Permit(Caller caller, LookupRequest request, IReadOnlyDictionary<string, DataSetContract> dataSets)
    {
        var contract = dataSets.GetValueOrDefault(request.DataSet);
        if (request.DataSet.Length > 0 && contract is null)
            throw Reasons.Refuse(Reason.DataSetUnknown).ToRpcException();
        if (contract is not null && request.Task.Length > 0 && !caller.May(request.Task, request.DataSet))
            throw NotPermitted(caller, request).ToRpcException();
        return contract;
    }

    static Refusal NotPermitted(Caller caller, LookupRequest request)
    {
        var near = Spelling.Nearest(request.Task, caller.MayAsk.Select(one => one.Task).Where(task => task != request.Task).Distinct());
        return Reasons.Refuse(Reason.CallerNotPermitted, near is null ? null : $"This agency's list of callers does not permit this task and data set. Is '{near}' the task that is meant?");
    }
}
