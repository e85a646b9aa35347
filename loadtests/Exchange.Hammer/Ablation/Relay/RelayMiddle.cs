using System.Collections.Immutable;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Hammer.Ablation.Relay;

/// <summary>Where the hub would be: it hands each question to a provider's connection and each answer back, and does nothing else.</summary>
static class RelayMiddle
{
    public static WebApplication Build(DirectFiles? files, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Service>();
        RelayLine.Listen(builder, files, port);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        return app;
    }

    sealed class Service : ConnectionService.ConnectionServiceBase
    {
        static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

        ImmutableArray<FrameConnection> providers = [];
        uint turn;

        public override async Task Connect(IAsyncStreamReader<Frame> requestStream, IServerStreamWriter<Frame> responseStream, ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
                return;
            var hello = requestStream.Current;
            var frames = new FrameConnection(requestStream, responseStream, RelayLine.Limits, TimeProvider.System, _ => { }, (question, incoming) => _ = Pass(question, incoming), (_, _) => { });
            frames.Send(new Frame { Welcome = new Welcome(), Window = (uint)RelayLine.Limits.Window });
            if (hello.Hello.Node == RelayProvider.Node)
                ImmutableInterlocked.Update(ref providers, all => all.Add(frames));
            frames.Accept(hello);
            await frames.Run(context.CancellationToken).ConfigureAwait(false);
            ImmutableInterlocked.Update(ref providers, all => all.Remove(frames));
        }

        async Task Pass(QuestionItem item, Incoming incoming)
        {
            if (providers is not { Length: > 0 } all)
            {
                incoming.Refuse(Reasons.Refuse(Reason.ProviderUnavailable));
                return;
            }
            var ask = all[(int)(Interlocked.Increment(ref turn) % (uint)all.Length)].Ask(new QuestionItem { Question = item.Question, TimeoutMs = item.TimeoutMs }, patience);
            incoming.Forward(ask);
            var reply = await ask.Reply.ConfigureAwait(false);
            if (reply.Answer is { } answer)
                incoming.Answer(answer, null);
            else
                incoming.Refuse(reply.Refusal!);
        }
    }
}
