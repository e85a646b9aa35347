using System.Net;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>A log at an address: at a hub's own, over the agency's certificate, or where it is shown to everybody.</summary>
sealed class LogSite : LogPlace
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    readonly HttpMessageInvoker http;
    readonly TimeProvider time;

    /// <param name="address">The folder of <c>checkpoint</c>.</param>
    /// <param name="handler">Disposed with this.</param>
    public LogSite(Uri address, HttpMessageHandler handler, TimeProvider time)
    {
        Address = new Uri(address.ToString().TrimEnd('/') + "/");
        http = new HttpMessageInvoker(handler);
        this.time = time;
    }

    public Uri Address { get; }

    public override string Where => Address.ToString();

    protected override async Task<byte[]?> Read(string path, int largest, CancellationToken cancelled)
    {
        using var slow = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancelled);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            // Entries are not for everybody.
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new LogTroubleException(LogFault.LogUnreachable, $"{Where} answered {(int)response.StatusCode}");
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            return await BoundedStream.ReadTo(stream, largest, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new LogTroubleException(LogFault.LogUnreachable, $"{Where} did not answer within {patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new LogTroubleException(LogFault.LogUnreachable, $"{Where} cannot be reached", e);
        }
    }

    public override void Dispose() => http.Dispose();
}
