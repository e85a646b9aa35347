using Exchange.Adapter.Asking;
using Exchange.Protocol.DataSets;
using Exchange.V1;

namespace Exchange.Adapter.LocalApi;

/// <summary>What the local API stands in front of.</summary>
/// <param name="Agency">Id of the agency this adapter speaks for.</param>
/// <param name="DataSets">What may be asked for.</param>
/// <param name="Ask">Asks; expected failures come back as a refusal.</param>
/// <param name="Grants">The matrix rows in force that concern this agency; fails with an <c>RpcException</c> of the hub.</param>
public sealed record LocalApiBackend(
    string Agency,
    IReadOnlyCollection<DataSetContract> DataSets,
    AskOnce Ask,
    Func<CancellationToken, Task<GetGrantsResponse>> Grants);
