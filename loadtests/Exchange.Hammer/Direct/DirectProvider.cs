using Grpc.Core;

namespace Exchange.Hammer.Direct;

/// <summary>A provider that is called directly: the same TLS and certificates, a record from memory, and nothing else.</summary>
static class DirectProvider
{
    public static WebApplication Build(DirectFiles files, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Service>();
        MutualTls.Listen(builder, files, port);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        return app;
    }

    sealed class Service : DirectService.DirectServiceBase
    {
        public override Task<DirectAnswer> Ask(DirectQuestion request, ServerCallContext context) =>
            request.Number < DirectRecords.Count && request.Content.Length == DirectRecords.QuestionSize && request.Size is >= DirectRecords.SmallestSize and <= DirectRecords.LargestSize
                ? Task.FromResult(new DirectAnswer { Number = request.Number, Record = DirectRecords.Of((int)request.Number, (int)request.Size) })
                : throw new RpcException(new Status(StatusCode.InvalidArgument, "no such record, or a question of another size"));
    }
}
