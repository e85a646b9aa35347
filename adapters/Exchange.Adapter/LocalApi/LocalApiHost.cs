using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Agency.V1;
using Exchange.Adapter.Files;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.LocalApi.Json;
using Exchange.Adapter.LocalApi.OpenApi;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Exchange.Adapter.LocalApi;

/// <summary>Puts the local API into an agency's program: gRPC and JSON on one TLS port.</summary>
public static class LocalApiHost
{
    /// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">The file of callers has mistakes; thrown when the program is built.</exception>
    public static WebApplicationBuilder AddLocalApi(
        this WebApplicationBuilder builder, LocalApiOptions options, Func<IServiceProvider, LocalApiBackend> backend, IReadOnlyList<Job>? jobs = null)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(backend);
        AddCallers(services, options);
        AddTranscodedGrpc(builder, options, jobs ?? []);
        // The framework's own messages quote paths, query strings and what a parser stumbled over.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        return builder;
    }

    /// <summary>Maps the services, <c>/openapi.json</c>, and in development gRPC reflection.</summary>
    public static WebApplication MapLocalApi(this WebApplication app, IReadOnlyList<Job>? jobs = null)
    {
        jobs ??= [];
        HashSet<Type> services = [typeof(AgencyApi), .. jobs.Select(job => job.Service)];
        HashSet<ServiceDescriptor> described = [AgencyService.Descriptor, .. jobs.Select(job => job.Descriptor)];
        // Reads the file of callers now, so that a mistake in it stops the start.
        var identification = app.Services.GetRequiredService<CallerIdentification>();
        var json = app.Services.GetRequiredService<JsonCalls>();
        app.Use(next => async context =>
        {
            var endpoint = context.GetEndpoint()?.Metadata;
            var transcoded = endpoint?.GetMetadata<GrpcJsonTranscodingMetadata>();
            var isOurs = transcoded is not null ? described.Contains(transcoded.MethodDescriptor.Service)
                : endpoint?.GetMetadata<GrpcMethodMetadata>() is { } method && services.Contains(method.ServiceType);
            if (!isOurs)
            {
                await next(context);
                return;
            }
            var (caller, refusal) = await identification.IdentifyAsync(context);
            context.Features.Set(new CallState { Caller = caller, Refusal = refusal, Wait = transcoded is null ? null : Waiting.Of(context.Request) });
            if (transcoded is null)
                await next(context);
            else
                await json.InvokeAsync(context, transcoded.MethodDescriptor, transcoded.HttpRule.Body.Length > 0, next);
        });
        app.MapGrpcService<AgencyApi>();
        foreach (var job in jobs)
            job.Map(app);
        var document = new Lazy<byte[]>(() => LocalApiDocument.Write(described, app.Services.GetRequiredService<LocalApiBackend>().DataSets));
        app.MapGet(LocalApiDocument.Path, () => Results.Bytes(document.Value, "application/json"));
        if (app.Environment.IsDevelopment())
            app.MapGrpcReflectionService();
        return app;
    }

    static void AddCallers(IServiceCollection services, LocalApiOptions options)
    {
        services.AddWatchedFile(provider => new CallerRegister(
            options.CallersFile,
            [.. provider.GetRequiredService<LocalApiBackend>().DataSets.Select(one => one.Id)],
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CallerRegister>>()));
        services.AddSingleton<CallerIdentification>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, CallerTokens>();
        services.AddAuthentication().AddJwtBearer();
    }

    static void AddTranscodedGrpc(WebApplicationBuilder builder, LocalApiOptions options, IReadOnlyList<Job> jobs)
    {
        var types = TypeRegistry.FromFiles([.. RecordTypes.Files, ErrorDetailsReflection.Descriptor]);
        builder.Services.AddSingleton(new JsonCalls(new JsonBody(types, options.MaximumRequestBytes)));
        var grpc = builder.Services.AddGrpc().AddJsonTranscoding(transcoding =>
        {
            transcoding.TypeRegistry = types;
            transcoding.JsonSettings.IgnoreDefaultValues = true;
        });
        grpc.AddServiceOptions<AgencyApi>(Bound);
        foreach (var job in jobs)
            job.Configure(grpc, Bound);
        if (builder.Environment.IsDevelopment())
            builder.Services.AddGrpcReflection();

        void Bound(GrpcServiceOptions service)
        {
            service.MaxReceiveMessageSize = options.MaximumRequestBytes;
            // A compressed message is measured before it is opened, so none is taken.
            service.CompressionProviders.Clear();
            service.Interceptors.Add<RefusalInterceptor>();
        }
    }

    static void Listen(KestrelServerOptions kestrel, LocalApiOptions options)
    {
        var certificate = PemFiles.Read(options.CertificateFile, options.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificateFile);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaximumRequestBytes + 5; // a gRPC message has a prefix of five bytes
        kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Listen(options.Listen, listener =>
        {
            listener.Protocols = HttpProtocols.Http1AndHttp2;
            listener.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ServerCertificateChain = chain;
                https.SslProtocols = SslProtocols.Tls13;
                // Asked for and judged later: a caller may come with a token instead, and an unknown one is told so.
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        });
    }
}
