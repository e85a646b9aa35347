using System.Collections.Concurrent;
using System.Net;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.Identity;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Exchange.Municipality.Tests.Eligibility;

/// <summary>A local API over TLS that decides as a test says, and the command that has it decide on a file.</summary>
public sealed class ScriptedDecisions : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-decide-").FullName;
    readonly ThrowawayAuthority authority = ThrowawayAuthority.Create(TimeProvider.System);
    readonly StringWriter screen = new();
    readonly WebApplication app;

    ScriptedDecisions(Service service)
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
            listener.UseHttps(authority.Issue(CertificateName.Agency("jp.mun.131016")));
        }));
        app = builder.Build();
        app.MapGrpcService<Service>();
        Asked = service.Asked;
    }

    public static async Task<ScriptedDecisions> Start(Func<EligibilityRequest, Task<EligibilityResponse>> answer)
    {
        var started = new ScriptedDecisions(new Service(answer));
        await started.app.StartAsync();
        return started;
    }

    public ConcurrentQueue<EligibilityRequest> Asked { get; }

    public string this[string file] => Path.Combine(folder, file);

    public string Screen => screen.ToString();

    public string[] Decisions => File.ReadAllLines(this["decisions.csv"]);

    /// <summary>A file, as <c>decide --in --out</c>; the households are those there are when none are given.</summary>
    public async Task<int> Decide(string? households = null, string decidedOn = "2026-06-20", string official = "suzuki", CancellationToken stop = default)
    {
        if (households is not null)
            await File.WriteAllTextAsync(this["households.csv"], households, CancellationToken.None);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
        console.Profile.Width = 400;
        try
        {
            return await DecideCommand.Run(
                new LocalCall(new Uri(app.Urls.Single()), this["ca.pem"], this["token"], null, null), this["households.csv"], new CsvFormat(), this["decisions.csv"],
                new EligibilityRequest { Programme = "heating", DecidedOn = decidedOn, Official = official, CaseId = "c1" }, new ListScreen(console, TimeProvider.System), TimeProvider.System, stop);
        }
        catch (ListException e)
        {
            await screen.WriteLineAsync(e.Message);
            return FileRun.CouldNotRun;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        authority.Dispose();
        await screen.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    sealed class Service(Func<EligibilityRequest, Task<EligibilityResponse>> answer) : EligibilityService.EligibilityServiceBase
    {
        public ConcurrentQueue<EligibilityRequest> Asked { get; } = new();

        public override Task<EligibilityResponse> Decide(EligibilityRequest request, ServerCallContext context)
        {
            Asked.Enqueue(request);
            return answer(request);
        }
    }
}
