using Exchange.Adapter.Connection;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Mail;

/// <summary>What other agencies' letters and notices are sealed for, as a hub has it, verified.</summary>
public sealed class OthersMailboxes(Mailboxes mailboxes, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <returns>The mailbox; or why there is none: MAILBOX_UNKNOWN, HUB_UNAVAILABLE, and why a certificate is not trusted.</returns>
    public async Task<(VerifiedMailbox? Mailbox, Refusal? Refusal)> Find(string agency, HubChannel hub, CancellationToken cancelled)
    {
        try
        {
            var response = await hub.Mail.GetMailboxAsync(
                new GetMailboxRequest { Agency = agency }, deadline: (time.GetUtcNow() + patience).UtcDateTime, cancellationToken: cancelled).ResponseAsync.ConfigureAwait(false);
            return mailboxes.TryVerify(response.Mailbox, agency, time.GetUtcNow(), out var verified, out var reason) ? (verified, null) : (null, Reasons.Refuse(reason));
        }
        catch (RpcException e)
        {
            return (null, e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable));
        }
    }
}
