using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// Enrolment with the keys, stores and hubs that an agency's files name. The adapter must not be serving meanwhile. Stopped, it throws
/// <see cref="OperationCanceledException"/>, whatever it was doing.
/// </summary>
public static class AgencyEnrolment
{
    /// <param name="bad">Told of each line passed over; neither key nor number stands in it.</param>
    public static Task<EnrolmentResult> Run(
        AdapterOptions options, IPeople list, EnrolmentOptions how, TimeProvider time, Action<BadLine> bad, IProgress<EnrolmentProgress>? progress = null,
        CancellationToken cancellation = default) =>
        With(options, time, (people, enroller, refusal) => refusal is null
            ? enroller(how).Run(list, bad, progress, cancellation)
            : Task.FromResult(new EnrolmentResult(default, 0, people.Quarantined(), refusal)), cancellation);

    /// <param name="file">Of changes.</param>
    internal static Task<DeltaResult> Run(
        AdapterOptions options, string file, DeltaFormat format, EnrolmentOptions how, TimeProvider time, IProgress<EnrolmentProgress>? progress, CancellationToken cancellation) =>
        With(options, time, (people, enroller, refusal) => refusal is null
            ? new DeltaRun(people, changed => enroller(how with { Changed = changed }), format).Run(file, progress, cancellation)
            : Task.FromResult(new DeltaResult(default, [], people.Quarantined(), refusal)), cancellation);

    static async Task<T> With<T>(AdapterOptions options, TimeProvider time, Func<People, Func<EnrolmentOptions, Enroller>, Refusal?, Task<T>> work, CancellationToken cancellation)
    {
        using var keys = AgencyKeys.Read(options.Keys);
        using var people = People.Open(Path.Combine(options.State, "people.db"), keys.ClosingId, options.Epoch, time);
        using var certificate = PemFiles.Read(options.Certificate, options.Key);
        using var signer = new AgencySigner(certificate);
        using var certificates = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time);
        using var channels = new HubChannels(options.Hubs, 1, certificate, certificates, time, proxy: options.Proxy);
        using var pinned = PinnedAuthority.Read(options);
        try
        {
            var refusal = await channels.RefreshRevocationList(cancellation).ConfigureAwait(false);
            return await work(people, how => new Enroller(people, keys.Closing, signer, pinned, channels.Next().Channel, how, time), refusal).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or IOException or InvalidOperationException && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("Stopped during enrolment.", e, cancellation);
        }
    }
}
