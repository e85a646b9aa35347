using Exchange.Gateway.Policy;
using Exchange.Gateway.Routing;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Gateway.Directory;

/// <summary>What every agency may know about the others. Nothing here is about a person, and nothing is signed by the hub.</summary>
public sealed class DirectoryService(Func<PolicySnapshot> policy, DirectorySources sources, TimeProvider time)
    : V1.DirectoryService.DirectoryServiceBase
{
    public override Task<GetDataSetsResponse> GetDataSets(GetDataSetsRequest request, ServerCallContext context)
    {
        Caller(context, policy());
        return Task.FromResult(new GetDataSetsResponse { DataSets = { policy().Directory.DataSets.Select(one => one.ToMessage()) } });
    }

    public override Task<GetGrantsResponse> GetGrants(GetGrantsRequest request, ServerCallContext context)
    {
        var inForce = policy();
        var caller = Caller(context, inForce);
        var response = new GetGrantsResponse { PolicyVersion = inForce.Version };
        response.Rows.AddRange(GrantRows.For(caller, inForce, LegalDay.Today(time), sources.IsUp, sources.OpensAt));
        return Task.FromResult(response);
    }

    public override Task<GetCrlResponse> GetCrl(GetCrlRequest request, ServerCallContext context)
    {
        Caller(context, policy());
        var list = sources.RevocationList() ?? throw Refused(Reason.RevocationListStale);
        // Asked for every few seconds by every agency, and rarely another: what the caller has is not sent again.
        var isHeld = request.Held.Span.SequenceEqual(list.Hash.Span);
        return Task.FromResult(isHeld ? new GetCrlResponse() : new GetCrlResponse { Crl = ByteString.CopyFrom(list.Encoded.Span) });
    }

    public override Task<GetCommitmentsResponse> GetCommitments(GetCommitmentsRequest request, ServerCallContext context)
    {
        Caller(context, policy());
        return Task.FromResult(new GetCommitmentsResponse { Commitments = sources.Commitments() ?? throw Refused(Reason.AuthorityUnavailable) });
    }

    /// <summary>Any agency may have any bundle; whether it may open a session is decided, and audited, when it offers one. Without a bundle it cannot, so that is audited here.</summary>
    public override async Task<GetBundleResponse> GetBundle(GetBundleRequest request, ServerCallContext context)
    {
        var inForce = policy();
        var caller = Caller(context, inForce);
        var isKnown = inForce.Directory.TryGetAgency(request.Agency, out var provider);
        var opensAt = isKnown ? sources.OpensAt(provider!.Id) : null;
        if (isKnown && provider!.IsActive && opensAt is null && sources.Bundle(provider.Id) is { } bundle)
            return new GetBundleResponse { Bundle = bundle };

        var refusal = !isKnown ? Reasons.Refuse(Reason.ProviderUnknown)
            : !provider!.IsActive ? Reasons.Refuse(Reason.AgencySuspended, "The provider is suspended.")
            : opensAt is { } opens ? Closed.Refuse(opens, time.GetUtcNow())
            : Reasons.Refuse(Reason.ProviderUnavailable);
        if (sources.Refused is { } write)
            // What was sent as a provider is written down only when it is one.
            await write(new SessionEvent { Requester = caller.Id, Provider = isKnown ? provider!.Id : "", Outcome = AuditOutcome.Refused, Reason = refusal.Reason }).ConfigureAwait(false);
        throw refusal.ToRpcException();
    }

    AgencyEntry Caller(ServerCallContext context, PolicySnapshot inForce)
    {
        if (!inForce.Directory.TryGetAgency(sources.Caller(context), out var agency))
            throw Refused(Reason.AgencyUnknown);
        return agency.IsActive ? agency : throw Refused(Reason.AgencySuspended);
    }

    static RpcException Refused(Reason reason, string? message = null) => Reasons.Refuse(reason, message).ToRpcException();
}
