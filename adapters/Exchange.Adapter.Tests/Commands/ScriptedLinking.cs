using Agency.V1;
using Exchange.Adapter.Commands.Lists;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Adapter.Tests.Commands;

/// <summary>A local API over TLS that does with a list what a test says, and a command that gives it one.</summary>
public sealed class ScriptedLinking : ScriptedApi
{
    readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ScriptedLinking(Service service) : base("jp.pension", services => services.AddSingleton(service), app => app.MapGrpcService<Service>())
    {
    }

    internal static async Task<ScriptedLinking> Start(Func<IAsyncStreamReader<LinkingItem>, IServerStreamWriter<LinkingResult>, ServerCallContext, Task> link)
    {
        var started = new ScriptedLinking(new Service(link));
        await started.Begin();
        return started;
    }

    /// <summary>Once the command has a first result.</summary>
    public Task Heard => heard.Task;

    /// <summary>Called for each result before it is written.</summary>
    public Action OnResult { get; set; } = () => { };

    public string[] Report => File.ReadAllLines(this["report.csv"]);

    public async Task<int> Run(string list, CancellationToken stop = default)
    {
        await File.WriteAllTextAsync(this["people.csv"], list, CancellationToken.None);
        var on = On(200);
        return await ListCommand.Run(
            Job(_ =>
            {
                heard.TrySetResult();
                OnResult();
            }), new LinkingItem { Purpose = new LinkingPurpose { Official = "suzuki" } },
            () => Call,
            this["people.csv"], this["report.csv"], on, stop);
    }

    internal static ListJob<LinkingItem, LinkingResult> Job(Action<LinkingResult> heard) => new("link", "Link.", ["municipality"], NotKnown: "FAILED")
    {
        Call = (channel, options) => new LinkingService.LinkingServiceClient(channel).Link(options),
        Purpose = (_, _) => throw new NotSupportedException("the test gives it"),
        Item = (id, person) => new LinkingItem { Id = id, Person = person },
        Read = result =>
        {
            heard(result);
            return new ListResult(result.Id, result.Outcome == LinkingOutcome.Failed ? "FAILED" : "LINKED", [result.Municipality], result.Findings, result.Receipts, result.Sources);
        },
    };

    internal sealed class Service(Func<IAsyncStreamReader<LinkingItem>, IServerStreamWriter<LinkingResult>, ServerCallContext, Task> link) : LinkingService.LinkingServiceBase
    {
        public override Task Link(IAsyncStreamReader<LinkingItem> requestStream, IServerStreamWriter<LinkingResult> responseStream, ServerCallContext context) =>
            link(requestStream, responseStream, context);
    }
}
