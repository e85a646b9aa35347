using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A log at an address: what a hub shows to everybody, what it shows to an auditor, or a web server with a copy.</summary>
sealed class TileSite : TileCopy
{
    const int Attempts = 3;

    static readonly TimeSpan timeout = TimeSpan.FromSeconds(20), pause = TimeSpan.FromSeconds(1);

    readonly Uri address;
    readonly HttpClient http;
    readonly bool demandsEntries;
    readonly TimeProvider time;

    TileSite(Uri address, HttpMessageHandler handler, bool demandsEntries, TimeProvider time)
    {
        this.address = address;
        this.demandsEntries = demandsEntries;
        this.time = time;
        http = new HttpClient(handler) { BaseAddress = address, Timeout = timeout, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("exchange-audit");
    }

    public override string Where => address.ToString();

    protected override int Ahead => 16;

    /// <param name="identity">Null: as anybody.</param>
    public static TileSite Open(Uri address, ReaderIdentity? identity, TimeProvider time)
    {
        // The address of a log is a folder.
        var folder = new Uri(address.ToString().TrimEnd('/') + "/");
        var handler = new SocketsHttpHandler();
        if (identity is not null)
            handler.SslOptions = identity.Tls(time);
        return new TileSite(folder, handler, identity is not null, time);
    }

    public override ValueTask DisposeAsync()
    {
        http.Dispose();
        return base.DisposeAsync();
    }

    protected override async Task<bool> ShowsEntries(Tile first, CancellationToken cancelled)
    {
        using var response = await Get(first.Path, cancelled).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && demandsEntries)
            throw new IOException($"{address} answered {(int)response.StatusCode} when asked for entries: it takes the certificate of an agency, auditor or witness");
        return response.IsSuccessStatusCode;
    }

    protected override async Task<byte[]?> Read(string path, int largest, CancellationToken cancelled)
    {
        using var response = await Get(path, cancelled).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw new IOException($"{address}{path} answered {(int)response.StatusCode}");
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancelled).ConfigureAwait(false);
            return await BoundedStream.ReadTo(stream, largest, cancelled).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{address}{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Once more when the other side may only be busy.</summary>
    async Task<HttpResponseMessage> Get(string path, CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancelled).ConfigureAwait(false);
                if (response.StatusCode < HttpStatusCode.InternalServerError || attempt == Attempts)
                    return response;
                response.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancelled.IsCancellationRequested))
            {
                if (attempt == Attempts)
                    throw new IOException($"{address} cannot be reached: {e.Message}", e);
            }
            await Task.Delay(pause, time, cancelled).ConfigureAwait(false);
        }
    }
}

/// <summary>As whom entries are read at a hub.</summary>
/// <param name="Certificate">With its key.</param>
/// <param name="Root">The pinned CA.</param>
sealed record ReaderIdentity(X509Certificate2 Certificate, X509Certificate2 Root)
{
    /// <exception cref="Exchange.Hosting.Secrets.SecretFileException">The key file is absent or open to others.</exception>
    public static ReaderIdentity Read(string certificate, string key, string root) =>
        new(PemFiles.Read(certificate, key), X509CertificateLoader.LoadCertificateFromFile(root));

    /// <summary>
    /// The hub must bear a hub's name. Whether it was revoked is not asked: what it shows proves itself, and what it is told
    /// is which tiles somebody reads.
    /// </summary>
    public SslClientAuthenticationOptions Tls(TimeProvider time)
    {
        var verifier = new CertificateVerifier(Root, time);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [Certificate],
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 server
                && verifier.TryVerifyWithoutList(server, CertificateUse.Server, out var name) && name.Kind == NameKind.Hub,
        };
    }
}
