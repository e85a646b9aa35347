using Exchange.Hammer.Direct;
using Exchange.Protocol.Identity;
using Grpc.Core;

namespace Exchange.Hammer.Peers;

/// <summary>
/// The hub as most would write it: takes a unary call, makes a unary call to the provider, writes one row and commits it, answers.
/// It decides, limits and seals nothing, and reads what it passes on.
/// </summary>
static class ConventionalHub
{
    public const string Verb = "conventional-hub";

    public static Task<PeerProgram> Prepare(PeerPlace place, CancellationToken stop) =>
        Task.FromResult(PeerProgram.OwnVerb(Verb, place, "SQLite in WAL mode, synchronous=FULL"));

    public static WebApplication Build(DirectFiles files, int port, int providerPort, int connections, string state)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_ => new DirectChannels(files, NameKind.Agency, providerPort, connections));
        builder.Services.AddSingleton(_ => new ExchangeTable(Path.Combine(state, "exchanges.db")));
        builder.Services.AddSingleton<Service>();
        MutualTls.Listen(builder, files, port);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        return app;
    }

    sealed class Service(DirectChannels provider, ExchangeTable exchanges) : DirectService.DirectServiceBase
    {
        long turns;

        public override async Task<DirectAnswer> Ask(DirectQuestion request, ServerCallContext context)
        {
            var requester = context.GetHttpContext().Connection.ClientCertificate!.Subject;
            var answer = await provider[Interlocked.Increment(ref turns)].AskAsync(request, cancellationToken: context.CancellationToken).ResponseAsync.ConfigureAwait(false);
            await exchanges.Add(requester, "provider", TimeProvider.System.GetUtcNow(), "ANSWERED").ConfigureAwait(false);
            return answer;
        }
    }
}
