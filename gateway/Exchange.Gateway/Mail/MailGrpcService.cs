using Exchange.Gateway.Identity;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Mail;

/// <summary>Where adapters leave and collect letters, over the connections that they open.</summary>
sealed class MailGrpcService(CallerCheck callers, LetterRoom room, LetterStore store, NoticeRoom notices, PolicyReloader policy, Quotas quotas, TimeProvider time) : MailService.MailServiceBase
{
    const int MostAcknowledged = 1000;

    public override async Task<SubmitResponse> Submit(SubmitRequest request, ServerCallContext context) =>
        await room.Submit(Caller(context), request.Letter).ConfigureAwait(false) is { } refusal ? throw refusal.ToRpcException() : new SubmitResponse();

    public override Task<CollectResponse> Collect(CollectRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        return Kept(async () =>
        {
            var response = await room.Collect(agency).ConfigureAwait(false) ?? throw Reasons.Refuse(Reason.ProviderBusy, "Letters of this agency are being collected already.").ToRpcException();
            notices.Collect(agency, response);
            return response;
        });
    }

    public override async Task<AnswerResponse> Answer(AnswerRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        var (receipt, refusal) = await Kept(() => room.Answer(agency, request)).ConfigureAwait(false);
        return refusal is null ? new AnswerResponse { Receipt = receipt } : throw refusal.ToRpcException();
    }

    public override Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        return Kept(() =>
        {
            room.Acknowledge(agency, request.RequestIds.Take(MostAcknowledged));
            return Task.FromResult(new AcknowledgeResponse());
        });
    }

    /// <summary>Whoever seals for it verifies its signature; here it only has to be the caller's, and of its form.</summary>
    public override Task<PublishMailboxResponse> PublishMailbox(PublishMailboxRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        if (!Mailboxes.HasForm(request.Mailbox) || request.Mailbox.Agency != agency || !Mailboxes.IsOpen(request.Mailbox, time.GetUtcNow()))
            throw Reasons.Refuse(Reason.MailboxUnknown, "The mailbox is not this agency's, not of today, or malformed.").ToRpcException();
        return Kept(() =>
        {
            store.Keep(request.Mailbox);
            return Task.FromResult(new PublishMailboxResponse());
        });
    }

    public override Task<GetMailboxResponse> GetMailbox(GetMailboxRequest request, ServerCallContext context)
    {
        Caller(context);
        if (!policy.Current.Directory.TryGetAgency(request.Agency, out var agency))
            throw Reasons.Refuse(Reason.ProviderUnknown).ToRpcException();
        if (!agency.IsActive)
            throw Reasons.Refuse(Reason.AgencySuspended, "The provider is suspended.").ToRpcException();
        return Kept(() => Task.FromResult(store.Mailbox(agency.Id) is { } mailbox && Mailboxes.IsOpen(mailbox, time.GetUtcNow())
            ? new GetMailboxResponse { Mailbox = mailbox }
            : throw Reasons.Refuse(Reason.MailboxUnknown).ToRpcException()));
    }

    public override async Task<SendNoticeResponse> SendNotice(SendNoticeRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        return await Kept(() => notices.Send(agency, request.Notice)).ConfigureAwait(false) is { } refusal ? throw refusal.ToRpcException() : new SendNoticeResponse();
    }

    public override async Task<AcknowledgeNoticeResponse> AcknowledgeNotice(AcknowledgeNoticeRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        return await Kept(() => notices.Acknowledge(agency, request.Reply)).ConfigureAwait(false) is { } refusal ? throw refusal.ToRpcException() : new AcknowledgeNoticeResponse();
    }

    public override Task<TakeStagesResponse> TakeStages(TakeStagesRequest request, ServerCallContext context)
    {
        var agency = Caller(context);
        return Kept(() =>
        {
            notices.Take(agency, request.Stages.Take(MostAcknowledged));
            return Task.FromResult(new TakeStagesResponse());
        });
    }

    /// <exception cref="RpcException">Of a caller that is none, or calls too often.</exception>
    string Caller(ServerCallContext context)
    {
        var agency = callers.Require(context).Agency;
        return quotas.TakeMail(agency) is { IsAdmitted: false } exceeded ? throw exceeded.ToRefusal().ToRpcException() : agency;
    }

    static async Task<T> Kept<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (StoreException)
        {
            throw LetterRoom.Unkept().ToRpcException();
        }
    }
}
