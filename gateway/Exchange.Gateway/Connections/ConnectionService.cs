using System.Diagnostics;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Connections;

/// <summary>Where adapters connect, and where simple clients ask one thing at a time.</summary>
public sealed class ConnectionService(
    CallerCheck callers, NodeTable nodes, LookupService lookups, SessionService sessions, Openings openings, ConnectionLimits limits, HubName hub, LoggedKeys keys, AuditNotes notes,
    IHostApplicationLifetime lifetime, ILogger<ConnectionService> log, TimeProvider time) : V1.ConnectionService.ConnectionServiceBase
{
    public const uint ProtocolVersion = 1;

    /// <summary>Connections of one agency at once: eight nodes with eight each.</summary>
    public const int MaximumPerAgency = 64;

    /// <summary>How long an adapter may take to greet.</summary>
    static readonly TimeSpan greetingTimeout = TimeSpan.FromSeconds(10);

    static readonly TimeSpan defaultTimeout = TimeSpan.FromSeconds(10);

    public override async Task Connect(IAsyncStreamReader<Frame> requestStream, IServerStreamWriter<Frame> responseStream, ServerCallContext context)
    {
        var caller = callers.Require(context);
        // Counted before it greets: otherwise any number could be about to.
        using var place = nodes.Places.Take(caller.Agency) ?? throw Reasons.Refuse(Reason.ConnectionLimit).ToRpcException();
        await Serve(caller, requestStream, responseStream, context).ConfigureAwait(false);
    }

    async Task Serve(Caller caller, IAsyncStreamReader<Frame> requestStream, IServerStreamWriter<Frame> responseStream, ServerCallContext context)
    {
        var hello = await Greeting(requestStream, context).ConfigureAwait(false);
        AgencyConnection? connection = null;
        var frames = new FrameConnection(requestStream, responseStream, limits, time,
            frame => OnFrame(connection!, frame),
            (question, incoming) => _ = Answer(caller.Agency, question, incoming),
            (offer, incoming) => _ = Open(caller.Agency, offer, incoming));
        connection = new AgencyConnection(caller.Agency, hello.Hello.Node, caller.Certificate, frames);
        frames.Send(new Frame
        {
            Welcome = new Welcome { ProtocolVersion = ProtocolVersion, Hub = hub.Name, Software = HubName.Software },
            Window = (uint)limits.Window,
        });
        nodes.Add(connection);
        using var draining = lifetime.ApplicationStopping.Register(() => frames.Drain("the hub is about to stop"));
        Exception? why;
        try
        {
            frames.Accept(hello);
            log.ConnectionOpened(caller.Agency, connection.Node);
            why = await frames.Run(context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            nodes.Remove(connection);
        }
        log.ConnectionClosed(caller.Agency, connection.Node, why is null or OperationCanceledException or IOException ? "closed" : why.GetType().Name);
        if (connection.CutBecause is { } refusal)
            throw refusal.ToRpcException();
        if (why is RpcException breach && breach.ToRefusal() is { } named)
            throw named.ToRpcException();
        if (why is RpcException { StatusCode: StatusCode.ResourceExhausted })
            throw Reasons.Refuse(Reason.MessageTooLarge).ToRpcException();
    }

    public override async Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context)
    {
        var caller = callers.Require(context);
        var reply = await sessions.Open(caller.Agency, request.Offer, Timeout(context), "", null, context.CancellationToken).ConfigureAwait(false);
        return reply.Confirmation is { } confirmation
            ? new OpenSessionResponse { Confirmation = confirmation }
            : throw reply.Refusal!.ToRpcException();
    }

    public override async Task<LookupResponse> Lookup(LookupRequest request, ServerCallContext context)
    {
        var caller = callers.Require(context);
        using var activity = TraceContext.Start(GatewayMetrics.Activities, "hub lookup", ActivityKind.Server, context.RequestHeaders.GetValue("traceparent"));
        var outcome = await lookups.Run(caller.Agency, request.Question, Timeout(context), activity, null, context.CancellationToken).ConfigureAwait(false);
        return outcome.Refusal is { } refusal
            ? throw refusal.ToRpcException()
            : new LookupResponse { Answer = outcome.Answer, Receipt = outcome.Receipt };
    }

    /// <summary>Its own method for each item: the trace it starts is its own.</summary>
    async Task Answer(string agency, QuestionItem item, Incoming incoming)
    {
        try
        {
            using var activity = TraceContext.Start(GatewayMetrics.Activities, "hub lookup", ActivityKind.Server, item.Traceparent);
            var outcome = await lookups.Run(agency, item.Question, Timeout(item.TimeoutMs), activity, incoming, default).ConfigureAwait(false);
            if (outcome.Refusal is { } refusal)
                incoming.Refuse(refusal);
            else
                incoming.Answer(outcome.Answer!, outcome.Receipt);
        }
        catch (Exception unforeseen)
        {
            log.Unforeseen(unforeseen, "lookup");
            incoming.Refuse(Reasons.Refuse(Reason.Internal));
        }
    }

    async Task Open(string agency, OfferItem item, Incoming incoming)
    {
        try
        {
            var reply = await sessions.Open(agency, item.Offer, Timeout(item.TimeoutMs), item.Traceparent, incoming, default).ConfigureAwait(false);
            if (reply.Refusal is { } refusal)
                incoming.Refuse(refusal);
            else
                incoming.Confirm(reply.Confirmation!);
        }
        catch (Exception unforeseen)
        {
            log.Unforeseen(unforeseen, "session");
            incoming.Refuse(Reasons.Refuse(Reason.Internal));
        }
    }

    async Task<Frame> Greeting(IAsyncStreamReader<Frame> frames, ServerCallContext context)
    {
        using var deadline = new CancellationTokenSource(greetingTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.CancellationToken);
        try
        {
            if (await frames.MoveNext(either.Token).ConfigureAwait(false) && frames.Current is { Hello: { Node.Length: > 0 and <= 64 } hello } first)
            {
                if (hello.ProtocolVersion == ProtocolVersion)
                    return first;
                throw new RpcException(new Status(StatusCode.FailedPrecondition, $"This hub speaks protocol version {ProtocolVersion}, the adapter {hello.ProtocolVersion}. Bring both to the same version."));
            }
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "No greeting came within 10 s."));
        }
        throw new RpcException(new Status(StatusCode.InvalidArgument, "The first frame must carry the greeting, with a node name of 1 to 64 characters."));
    }

    void OnFrame(AgencyConnection connection, Frame frame)
    {
        if (frame.Bundle is { } bundle && !bundle.Equals(connection.Bundle))
            Renew(connection, bundle);
        if (frame.Opening is { } opening && openings.Take(connection.Agency, opening) is { } why)
            log.OpeningNotTaken(connection.Agency, connection.Node, why);
        if (frame.Drain is not null)
            connection.MarkDraining();
    }

    /// <summary>Whoever uses it verifies its signature; here it only has to be this node's, of its form, and in the log.</summary>
    void Renew(AgencyConnection connection, Bundle bundle)
    {
        if (bundle.Agency != connection.Agency || bundle.Node != connection.Node || !Bundles.HasForm(bundle))
        {
            log.ForeignBundle(connection.Agency, connection.Node);
            return;
        }
        var news = keys.Judge(bundle);
        if (news == KeyNews.TooMany)
        {
            log.TooManyKeys(connection.Agency, connection.Node);
            return;
        }
        connection.Bundle = bundle;
        if (news == KeyNews.New)
            notes.BundleTaken(bundle);
    }

    TimeSpan Timeout(ServerCallContext context) =>
        context.Deadline == DateTime.MaxValue ? defaultTimeout : context.Deadline - time.GetUtcNow().UtcDateTime;

    static TimeSpan Timeout(uint milliseconds) => milliseconds == 0 ? defaultTimeout : TimeSpan.FromMilliseconds(milliseconds);
}
