using Exchange.Protocol.Identity;

namespace Exchange.KeyAuthority.Serving;

/// <summary>Puts the revocation list in force and looks for a newer one every half minute.</summary>
public sealed class RevocationFile(KeyAuthorityOptions options, CertificateVerifier verifier, TimeProvider time, ILogger<RevocationFile> log) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(30);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Read();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                Read();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    void Read()
    {
        try
        {
            if (verifier.Replace(File.ReadAllBytes(options.RevocationListFile)) is { } refusal)
                Log.RevocationListRefused(log, refusal.Message);
        }
        catch (IOException e)
        {
            Log.RevocationListNotRead(log, e);
        }
    }
}
