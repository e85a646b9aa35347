using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Connection;

/// <summary>
/// What the hub says of data sets and grants, kept at hand: fetched when connected, then every minute.
/// Nothing of it is trusted with a person: names are checked against certificates, sizes against this program's own.
/// </summary>
public sealed class HubDirectory(
    AdapterOptions options, HubChannels channels, HubConnections connections, ILogger<HubDirectory> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromMinutes(1), retry = TimeSpan.FromSeconds(1), patience = TimeSpan.FromSeconds(5);

    /// <param name="Mismatched">Ids of the data sets that the hub describes otherwise than this version does.</param>
    /// <param name="Asks">The rows by which this agency asks, by task and data set.</param>
    sealed record View(
        FrozenDictionary<string, DataSetContract> DataSets, FrozenSet<string> Mismatched, GetGrantsResponse Grants,
        FrozenDictionary<(string Task, string DataSet), GrantRow[]> Asks);

    volatile View? view;
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when data sets and grants are known.</summary>
    public Task Ready => ready.Task;

    public bool TryGetDataSet(string id, [NotNullWhen(true)] out DataSetContract? contract)
    {
        contract = null;
        return view?.DataSets.TryGetValue(id, out contract) == true;
    }

    /// <summary>From what the caller named to an agency and a contract.</summary>
    public bool TryResolve(
        string providerOrKind, string task, string dataSetId,
        [NotNullWhen(true)] out string? provider, [NotNullWhen(true)] out DataSetContract? dataSet, [NotNullWhen(false)] out Refusal? refusal)
    {
        provider = null;
        dataSet = null;
        refusal = null;
        if (view is not { } now)
            refusal = Reasons.Refuse(Reason.HubUnavailable);
        else if (now.Mismatched.Contains(dataSetId))
            refusal = Reasons.Refuse(Reason.ContractMismatch);
        else if (!now.DataSets.TryGetValue(dataSetId, out dataSet))
            refusal = Reasons.Refuse(Reason.DataSetUnknown, $"There is no data set '{Shorten(dataSetId)}'.{Guess(dataSetId, now.DataSets.Keys)}");
        else if (!TryResolveProvider(now, providerOrKind, dataSet, out provider))
            refusal = Reasons.Refuse(Reason.ProviderUnknown, $"There is no single provider '{Shorten(providerOrKind)}' of {dataSetId} for this agency.{Guess(providerOrKind, Providers(now, dataSetId))}");
        return refusal is null;
    }

    /// <summary>
    /// Why what the question says sealed will not do; null when it will, or when it is the hub's to say. The provider alone could
    /// refuse it otherwise, after it has travelled.
    /// </summary>
    public Refusal? NotGranted(string provider, DataSetContract dataSet, AskRequest request)
    {
        if (view?.Asks.TryGetValue((request.Task, dataSet.Id), out var rows) is not true)
            return null;
        // Rows that name the provider stand before those that name its kind.
        var row = Array.Find(rows, one => one.Provider == provider || one.Provider == dataSet.ProviderKind);
        if (row is { NeedsConsent: true } && request.Consent is null)
            return Reasons.Refuse(Reason.ConsentMissing);
        if (row is null || request.Predicates.FirstOrDefault(name => row.Predicates.All(one => one.Name != name)) is not { } missing)
            return null;
        var refusal = Reasons.Refuse(Reason.NotPermitted, $"The predicate '{Shorten(missing)}' of {dataSet.Id} is not granted for {request.Task}. "
            + (row.Predicates.Count == 0 ? "None is." : $"Granted are {string.Join(", ", row.Predicates.Select(one => $"{one.Name} ({one.Version}: {one.Test})"))}."));
        refusal.Remedy = "Ask for one that is granted; a row of the matrix grants another, with its legal basis.";
        return refusal;
    }

    /// <summary>The bundle of one live node of the agency, or why there is none: CANCELLED when the caller no longer waits.</summary>
    public async Task<(Bundle? Bundle, Refusal? Refusal)> Bundle(string agency, CancellationToken cancelled)
    {
        try
        {
            var response = await channels.Next().Directory.GetBundleAsync(new GetBundleRequest { Agency = agency }, deadline: Deadline, cancellationToken: cancelled).ConfigureAwait(false);
            return (response.Bundle, response.Bundle is null ? Reasons.Refuse(Reason.ProviderUnavailable) : null);
        }
        catch (RpcException e) when (IsOwn(e, cancelled))
        {
            return (null, Reasons.Refuse(Reason.Cancelled));
        }
        catch (RpcException e)
        {
            return (null, e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable));
        }
    }

    /// <summary>The matrix rows that concern this agency, as of now.</summary>
    /// <exception cref="RpcException">When the hub does not answer.</exception>
    /// <exception cref="OperationCanceledException">When the caller no longer waits.</exception>
    public async Task<GetGrantsResponse> Grants(CancellationToken cancelled)
    {
        try
        {
            return await channels.Next().Directory.GetGrantsAsync(new GetGrantsRequest(), deadline: Deadline, cancellationToken: cancelled).ConfigureAwait(false);
        }
        catch (RpcException e) when (IsOwn(e, cancelled))
        {
            throw new OperationCanceledException(null, e, cancelled);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await connections.WaitUntilOpen(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var fetched = await Fetch(stoppingToken).ConfigureAwait(false);
            await Task.Delay(fetched ? round : retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> Fetch(CancellationToken stop)
    {
        try
        {
            var hub = channels.Next().Directory;
            var dataSets = await hub.GetDataSetsAsync(new GetDataSetsRequest(), deadline: Deadline, cancellationToken: stop).ConfigureAwait(false);
            view = Compare(dataSets, await Grants(stop).ConfigureAwait(false));
            ready.TrySetResult();
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, this hub's answer may have caused it: the next replica is asked.
            if (!stop.IsCancellationRequested)
                log.DirectoryUnavailable(e is RpcException rpc ? rpc.StatusCode.ToString() : e.GetType().Name);
            return false;
        }
    }

    /// <summary>
    /// Which data sets the hub describes as this version does; with another size an answer would not open. One that is described twice, and
    /// once otherwise, is described otherwise.
    /// </summary>
    View Compare(GetDataSetsResponse response, GetGrantsResponse grants)
    {
        var contracts = new Dictionary<string, DataSetContract>(StringComparer.Ordinal);
        var mismatched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var theirs in response.DataSets)
        {
            if (DataSetCatalogue.All.FirstOrDefault(own => DataSetCatalogue.Agrees(own, theirs)) is { } agreed)
                contracts[agreed.Id] = agreed;
            else if (mismatched.Add(theirs.Id))
                log.DataSetNotUnderstood(Shorten(theirs.Id));
        }
        foreach (var id in mismatched)
            contracts.Remove(id);
        var asks = grants.Rows.Where(row => row.Requester == options.Agency).GroupBy(row => (row.Task, row.DataSet)).ToFrozenDictionary(rows => rows.Key, rows => rows.ToArray());
        return new View(contracts.ToFrozenDictionary(StringComparer.Ordinal), mismatched.ToFrozenSet(StringComparer.Ordinal), grants, asks);
    }

    bool TryResolveProvider(View now, string named, DataSetContract dataSet, [NotNullWhen(true)] out string? provider)
    {
        // An agency id is taken as it is: whether it may be asked is the hub's to say.
        provider = IsId(named) ? named : null;
        if (provider is not null || named != dataSet.ProviderKind)
            return provider is not null;
        var candidates = Providers(now, dataSet.Id).Distinct().Take(2).ToArray();
        provider = candidates.Length == 1 ? candidates[0] : null;
        return provider is not null;
    }

    IEnumerable<string> Providers(View now, string dataSet) =>
        now.Grants.Rows.Where(row => row.Requester == options.Agency && row.DataSet == dataSet).Select(row => row.Provider).Where(IsId);

    /// <summary>Ids have a dot; the words for kinds have none.</summary>
    static bool IsId(string named) => named.Contains('.', StringComparison.Ordinal);

    /// <summary>The caller ended the call, and not the hub.</summary>
    static bool IsOwn(RpcException e, CancellationToken cancelled) => e.StatusCode == StatusCode.Cancelled && cancelled.IsCancellationRequested;

    DateTime Deadline => (time.GetUtcNow() + patience).UtcDateTime;

    static string Guess(string word, IEnumerable<string> known) => Spelling.Nearest(word, known) is { } near ? $" Did you mean '{near}'?" : "";

    static string Shorten(string text) => text.Length <= 64 ? text : text[..64];
}
