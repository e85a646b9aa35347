using System.Net;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Lists;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Exchange.Adapter.Tests.Commands;

/// <summary>A local API over TLS with one service that does as a test says, a folder of files, and a screen that is read afterwards.</summary>
public abstract class ScriptedApi : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-scripted-").FullName;
    readonly ThrowawayAuthority authority = ThrowawayAuthority.Create(TimeProvider.System);
    readonly StringWriter screen = new();
    readonly WebApplication app;

    protected ScriptedApi(string agency, Action<IServiceCollection> add, Action<WebApplication> map)
    {
        PemFiles.Write(authority.Root, this["ca.pem"]);
        SecretFile.Write(this["token"], "a.token.of.sorts\n"u8);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        add(builder.Services);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            listener.UseHttps(authority.Issue(CertificateName.Agency(agency)));
        }));
        app = builder.Build();
        map(app);
    }

    public string this[string file] => Path.Combine(folder, file);

    public string Screen => screen.ToString();

    internal LocalCall Call => new(new Uri(app.Urls.Single()), this["ca.pem"], this["token"], null, null);

    public Task Stop() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        authority.Dispose();
        await screen.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected Task Begin() => app.StartAsync();

    protected Task Say(string text) => screen.WriteLineAsync(text);

    internal ListScreen On(int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        return new ListScreen(console, TimeProvider.System);
    }
}
