using System.Net;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Lists;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Exchange.Adapter.Tests.Commands;

/// <summary>A local API over TLS that does with a list what a test says, and a command that gives it one.</summary>
public sealed class ScriptedLinking : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-list-").FullName;
    readonly ThrowawayAuthority authority = ThrowawayAuthority.Create(TimeProvider.System);
    readonly StringWriter screen = new();
    readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly WebApplication app;

    ScriptedLinking(Service service)
    {
        PemFiles.Write(authority.Root, this["ca.pem"]);
        SecretFile.Write(this["token"], "a.token.of.sorts\n"u8);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            listener.UseHttps(authority.Issue(CertificateName.Agency("jp.pension")));
        }));
        app = builder.Build();
        app.MapGrpcService<Service>();
    }

    internal static async Task<ScriptedLinking> Start(Func<IAsyncStreamReader<LinkingItem>, IServerStreamWriter<LinkingResult>, ServerCallContext, Task> link)
    {
        var started = new ScriptedLinking(new Service(link));
        await started.app.StartAsync();
        return started;
    }

    public string this[string file] => Path.Combine(folder, file);

    /// <summary>Once the command has a first result.</summary>
    public Task Heard => heard.Task;

    /// <summary>Called for each result before it is written.</summary>
    public Action OnResult { get; set; } = () => { };

    public string Screen => screen.ToString();

    public string[] Report => File.ReadAllLines(this["report.csv"]);

    public Task Stop() => app.StopAsync();

    public async Task<int> Run(string list, CancellationToken stop = default)
    {
        await File.WriteAllTextAsync(this["people.csv"], list, CancellationToken.None);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
        console.Profile.Width = 200;
        return await ListCommand.Run(
            Job(_ =>
            {
                heard.TrySetResult();
                OnResult();
            }), new LinkingItem { Purpose = new LinkingPurpose { Official = "suzuki" } },
            () => new LocalCall(new Uri(app.Urls.Single()), this["ca.pem"], this["token"], null, null),
            this["people.csv"], this["report.csv"], new ListScreen(console, TimeProvider.System), stop);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
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
