using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter.Enrolment;

/// <summary>Enrolment with the keys, stores and hubs that an agency's files name. The adapter must not be serving meanwhile.</summary>
public static class AgencyEnrolment
{
    /// <param name="bad">Told of each line passed over; neither key nor number stands in it.</param>
    public static async Task<EnrolmentResult> Run(
        AdapterOptions options, IPeople list, EnrolmentOptions how, TimeProvider time, Action<BadLine> bad, IProgress<EnrolmentProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        using var keys = AgencyKeys.Read(options.Keys);
        using var people = People.Open(Path.Combine(options.State, "people.db"), keys.ClosingId, options.Epoch, time);
        using var certificate = PemFiles.Read(options.Certificate, options.Key);
        using var signer = new AgencySigner(certificate);
        using var certificates = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time);
        using var channels = new HubChannels(options.Hubs, 1, certificate, certificates, time, proxy: options.Proxy);
        using var pinned = new PinnedAuthority(X509CertificateLoader.LoadCertificateFromFile(options.AuthorityCertificate), Convert.FromHexString(options.HubPoint));
        if (await channels.RefreshRevocationList(cancellation).ConfigureAwait(false) is { } refusal)
            return new EnrolmentResult(default, 0, people.Quarantined(), refusal);
        var enroller = new Enroller(people, keys.Closing, signer, pinned, channels.Next().Channel, how, time);
        return await enroller.Run(list, bad, progress, cancellation).ConfigureAwait(false);
    }
}
