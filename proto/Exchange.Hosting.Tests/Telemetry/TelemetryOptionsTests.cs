using System.Net;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Telemetry;

namespace Exchange.Hosting.Tests.Telemetry;

public sealed class TelemetryOptionsTests
{
    readonly Problems problems = new();

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_line()
    {
        Read("endpoint: collector\nprotocol: udp\nsample_ratio: 1.5\nqueue_size: 1\nmetric: true");

        Assert.Equal([1, 2, 3, 4, 5], problems.Found.Select(problem => problem.Line).Order());
        Assert.Contains(problems.Found, problem => problem.What.Contains("did you mean 'metrics'"));
    }

    [Fact]
    public void Without_a_map_nothing_is_sent_and_one_trace_in_a_hundred_is_recorded()
    {
        var options = TelemetryOptions.Read(null, "hub");

        Assert.Null(options.Endpoint);
        Assert.Equal(0.01, options.SampleRatio);
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var options = Read("service: tax\nendpoint: http://127.0.0.1:4318\nprotocol: http\nsample_ratio: 0.25\ntraces: false\nmetrics: false\njson_logs: true");

        Assert.False(problems.Any);
        Assert.Equal(new TelemetryOptions
        {
            ServiceName = "tax",
            Endpoint = new Uri("http://127.0.0.1:4318"),
            Protocol = OtlpProtocol.Http,
            SampleRatio = 0.25,
            Traces = false,
            Metrics = false,
            JsonLogs = true,
        }, options);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-0.1")]
    [InlineData("1e-1")]
    [InlineData("half")]
    public void A_ratio_that_is_none_is_refused(string text)
    {
        Read($"sample_ratio: {text}");

        Assert.Contains(problems.Found, problem => problem.What.Contains("from 0 to 1"));
    }

    [Fact]
    public void The_management_port_is_on_this_machine_unless_told_otherwise()
    {
        Assert.Equal(IPAddress.Loopback, ManagementOptions.Read(YamlFile.Parse("m", "port: 9464", problems))!.Address);
        Assert.Equal(IPAddress.Any, ManagementOptions.Read(YamlFile.Parse("m", "port: 9464\naddress: 0.0.0.0", problems))!.Address);
        Assert.False(problems.Any);

        ManagementOptions.Read(YamlFile.Parse("m", "port: 70000\naddress: everywhere", problems));
        Assert.Equal(2, problems.Found.Count);
    }

    TelemetryOptions Read(string yaml) => TelemetryOptions.Read(YamlFile.Parse("t", yaml, problems), "hub");
}
