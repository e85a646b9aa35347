using System.Net;
using System.Net.Sockets;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Services;

namespace Exchange.Hosting.Tests.Services;

public sealed class ListenPlacesTests
{
    [Fact]
    public void Each_place_that_cannot_be_listened_on_is_told_with_its_address_and_its_key()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = (IPEndPoint)other.LocalEndpoint;
        var mistakes = Assert.Throws<ConfigurationException>(() => ListenPlaces.RefuseTaken(
            "adapter.yaml", ("local_api.listen", taken), ("management.port", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7444)), ("log.listen", null))).Message.Split(Environment.NewLine);
        Assert.Equal($"adapter.yaml: 'local_api.listen' is {taken}: another program listens there; stop that, or write another port", mistakes[0]);
        Assert.Contains("'management.port' is 192.0.2.1:7444: this machine has no such address", mistakes[1], StringComparison.Ordinal);
        Assert.Equal(2, mistakes.Length);
    }

    [Fact]
    public void A_place_that_is_free_stays_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var place = (IPEndPoint)other.LocalEndpoint;
        other.Stop();
        ListenPlaces.RefuseTaken("gateway.yaml", ("listen", place));
        using var own = new TcpListener(place);
        own.Start();
    }
}
