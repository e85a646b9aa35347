using System.Diagnostics;
using Exchange.Hosting.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Exchange.Hosting.Telemetry;

/// <summary>Traces, metrics and logs of a process, set up the same way everywhere.</summary>
public static class ExchangeTelemetry
{
    const int ExportBatch = 512;

    /// <param name="source">Name of the process' own activity source; no other is listened to.</param>
    /// <param name="meter">Name of the process' own meter.</param>
    public static IHostApplicationBuilder AddExchangeTelemetry(this IHostApplicationBuilder builder, TelemetryOptions options, string source, string meter)
    {
        var propagator = new TraceparentPropagator();
        DistributedContextPropagator.Current = propagator;
        builder.Services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator>(propagator));
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());

        AddConsole(builder.Logging, options);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(options.ServiceName, serviceInstanceId: options.Instance is { Length: > 0 } instance ? instance : null))
            .WithMetrics(metrics => AddMetrics(metrics, options, meter));
        if (options.Traces)
            telemetry.WithTracing(tracing => AddTracing(tracing, options, source));
        if (options.Endpoint is not null)
            telemetry.WithLogging(logging => logging.AddOtlpExporter((exporter, processor) =>
            {
                Configure(exporter, options, "v1/logs");
                Configure(processor.BatchExportProcessorOptions, options);
            }), logs => logs.IncludeFormattedMessage = true);
        return builder;
    }

    /// <summary>Serves /metrics from the process' meters.</summary>
    public static IEndpointConventionBuilder MapExchangeMetrics(this IEndpointRouteBuilder endpoints, MeterProvider meters) =>
        endpoints.MapPrometheusScrapingEndpoint("/metrics", meters, configureBranchedPipeline: null, optionsName: null);

    static void AddConsole(ILoggingBuilder logging, TelemetryOptions options)
    {
        logging.ClearProviders();
        // The framework tells of every request, in words that quote paths and whatever a parser stumbled over.
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            // Under systemd, too, whose own form would take its place.
            logging.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Json);
        }
        else
            logging.AddSimpleConsole(line =>
            {
                line.SingleLine = true;
                line.UseUtcTimestamp = true;
                line.TimestampFormat = "HH:mm:ss.fff ";
                line.ColorBehavior = LoggerColorBehavior.Default;
            });
    }

    static void AddTracing(TracerProviderBuilder tracing, TelemetryOptions options, string source)
    {
        tracing.AddSource(source).SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampleRatio)));
        if (options.Endpoint is not null)
            tracing.AddOtlpExporter(exporter =>
            {
                Configure(exporter, options, "v1/traces");
                Configure(exporter.BatchExportProcessorOptions, options);
            });
    }

    static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options, string meter)
    {
        metrics.AddMeter(meter, StoreMeter.Name).AddRuntimeInstrumentation();
        if (options.Metrics)
            metrics.AddPrometheusExporter();
        if (options.Endpoint is not null)
            metrics.AddOtlpExporter(exporter => Configure(exporter, options, "v1/metrics"));
    }

    static void Configure(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        // Over HTTP an endpoint set in code is taken as it is, so the path of each signal is added here.
        exporter.Protocol = options.Protocol == OtlpProtocol.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = options.Protocol == OtlpProtocol.Http ? new Uri(new Uri(options.Endpoint!.ToString().TrimEnd('/') + "/"), path) : options.Endpoint!;
        exporter.TimeoutMilliseconds = (int)options.ExportTimeout.TotalMilliseconds;
    }

    static void Configure<T>(BatchExportProcessorOptions<T> processor, TelemetryOptions options) where T : class
    {
        processor.MaxQueueSize = options.QueueSize;
        processor.MaxExportBatchSize = ExportBatch;
        processor.ExporterTimeoutMilliseconds = (int)options.ExportTimeout.TotalMilliseconds;
    }
}
