using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Exchange.Hosting.Storage;
using Exchange.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Exchange.Hosting.Tests.Telemetry;

public sealed class ManagementEndpointTests
{
    const string Source = "Exchange.Management.Tests";

    [Fact]
    public async Task A_store_that_failed_is_named_by_readiness_while_the_process_stays_alive()
    {
        StoreException? failure = null;
        using var host = await Started(services => services.AddHealthChecks()
            .AddCheck("audit", new StoreHealth(() => failure))
            .AddCheck("broken", () => failure is null ? HealthCheckResult.Healthy() : throw new InvalidOperationException("secret detail")));
        using var client = Client(host);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/readyz")).StatusCode);
        failure = new StoreException(StoreFault.Failed, "the disk is gone");

        var answer = await client.GetAsync("/readyz");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("secret detail", text);
        var failed = JsonDocument.Parse(text).RootElement.GetProperty("failed").EnumerateArray().ToDictionary(one => one.GetProperty("check").GetString()!);
        Assert.Equal(["audit", "broken"], failed.Keys.Order());
        Assert.Equal("the disk is gone", failed["audit"].GetProperty("why").GetString());
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task Nobody_is_ready_before_everything_that_starts_has_started()
    {
        HttpStatusCode early = default;
        using var host = await Started(services => services.AddHostedService(provider => new AtStart(async () =>
        {
            using var client = new HttpClient { BaseAddress = provider.GetRequiredService<ManagementEndpoint>().Address };
            early = (await client.GetAsync("/readyz")).StatusCode;
        })));
        using var later = Client(host);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, early);
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync("/readyz")).StatusCode);
    }

    sealed class AtStart(Func<Task> start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Fact]
    public async Task A_check_that_hangs_is_not_waited_for()
    {
        using var host = await Started(services => services.AddHealthChecks().AddAsyncCheck("hangs", async () =>
        {
            await new TaskCompletionSource().Task;
            return HealthCheckResult.Healthy();
        }), management => management with { CheckTimeout = TimeSpan.FromMilliseconds(50) });
        using var client = Client(host);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task Metrics_of_the_process_and_its_stores_are_served_when_on_and_nothing_else_is()
    {
        using var meter = new Meter(Source);
        using var host = await Started(_ => { });
        meter.CreateCounter<long>("exchange.test.things").Add(3);
        new StoreMeter("test-store").Committed(5, 100, TimeSpan.FromMilliseconds(1));
        using var client = Client(host);

        var text = await client.GetStringAsync("/metrics");

        Assert.Contains("exchange_test_things", text);
        Assert.Contains("store=\"test-store\"", text);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/")).StatusCode);

        using var without = await Started(_ => { }, management => management with { Metrics = false });
        using var other = Client(without);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task A_collector_that_never_answers_holds_nobody_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var host = await Started(_ => { }, telemetry: options => options with
        {
            Endpoint = new Uri($"http://{silent.LocalEndpoint}"),
            SampleRatio = 1,
            QueueSize = 512,
            ExportTimeout = TimeSpan.FromMilliseconds(200),
        });
        using var source = new ActivitySource(Source);

        var started = Stopwatch.StartNew();
        for (var i = 0; i < 20_000; i++)
            source.Start("lookup", ActivityKind.Server, null)?.Dispose();

        Assert.True(source.HasListeners());
        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task The_recording_of_a_trace_is_its_beginners_choice_and_its_context_always_travels()
    {
        using var host = await Started(_ => { }, telemetry: options => options with { SampleRatio = 0 });
        using var source = new ActivitySource(Source);

        using (var own = source.Start("own", ActivityKind.Server, null))
        {
            Assert.False(own!.Recorded);
            Assert.EndsWith("-00", TraceContext.Write(own));
        }
        using var theirs = source.Start("theirs", ActivityKind.Server, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        Assert.True(theirs!.Recorded);
    }

    [Fact]
    public async Task Without_traces_no_span_is_made_not_even_of_a_trace_that_somebody_else_records()
    {
        using var host = await Started(_ => { }, telemetry: options => options with { Traces = false, SampleRatio = 1 });
        using var source = new ActivitySource(Source);

        Assert.False(source.HasListeners());
        Assert.Null(source.Start("theirs", ActivityKind.Server, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }

    static async Task<IHost> Started(
        Action<IServiceCollection> add, Func<ManagementOptions, ManagementOptions>? management = null, Func<TelemetryOptions, TelemetryOptions>? telemetry = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var options = new TelemetryOptions { ServiceName = "test" };
        builder.AddExchangeTelemetry(telemetry?.Invoke(options) ?? options, Source, Source);
        var endpoint = new ManagementOptions();
        builder.Services.AddManagementEndpoint(management?.Invoke(endpoint) ?? endpoint);
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    static HttpClient Client(IHost host) => new() { BaseAddress = host.Services.GetRequiredService<ManagementEndpoint>().Address };
}
