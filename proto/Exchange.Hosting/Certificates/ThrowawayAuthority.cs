using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Identity;

namespace Exchange.Hosting.Certificates;

/// <summary>
/// A certificate authority for one machine: the sandbox and the tests. Its key lies beside everything it vouches for,
/// so it vouches for nothing outside them.
/// </summary>
public sealed class ThrowawayAuthority : IDisposable
{
    static readonly TimeSpan rootLifetime = TimeSpan.FromDays(365);
    static readonly TimeSpan leafLifetime = TimeSpan.FromDays(90);
    static readonly TimeSpan backdated = TimeSpan.FromMinutes(5);

    readonly TimeProvider time;
    readonly X509Certificate2 root;
    readonly Lock gate = new();
    readonly Dictionary<string, (byte[] Serial, DateTimeOffset At)> revoked = [];

    ThrowawayAuthority(X509Certificate2 root, TimeProvider time)
    {
        this.root = root;
        this.time = time;
        Root = X509CertificateLoader.LoadCertificate(root.RawDataMemory.Span);
    }

    /// <summary>What to pin; without its key.</summary>
    public X509Certificate2 Root { get; }

    public static ThrowawayAuthority Create(TimeProvider time, string name = "Throwaway CA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new ThrowawayAuthority(request.CreateSelfSigned(now - backdated, now + rootLifetime), time);
    }

    /// <summary>The authority saved in this folder, or a new one saved there.</summary>
    public static ThrowawayAuthority LoadOrCreate(string folder, TimeProvider time)
    {
        var (certificate, key) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
        if (File.Exists(certificate) && File.Exists(key))
            return new ThrowawayAuthority(PemFiles.Read(certificate, key), time);
        Directory.CreateDirectory(folder);
        var made = Create(time);
        PemFiles.Write(made.root, certificate, key);
        return made;
    }

    public X509Certificate2 IssueAgency(string id) => Issue(CertificateName.Agency(id));

    public X509Certificate2 IssueHub(string name) => Issue(CertificateName.Hub(name));

    public X509Certificate2 IssueKeyAuthority() => Issue(CertificateName.Authority);

    /// <summary>For a client and a server on this machine: SAN localhost, 127.0.0.1 and ::1 beside the name.</summary>
    public X509Certificate2 Issue(CertificateName name, TimeSpan? lifetime = null, IEnumerable<string>? dnsNames = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var common = name.Kind == NameKind.Authority ? "authority" : name.Id;
        var request = new CertificateRequest($"CN={common}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddUri(new Uri(name.ToString()));
        foreach (var host in (dnsNames ?? []).Prepend("localhost"))
            alternatives.AddDnsName(host);
        alternatives.AddIpAddress(IPAddress.Loopback);
        alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        return Sign(request, key, lifetime);
    }

    /// <summary>Signs whatever is asked, so that tests can ask for what a real CA would refuse.</summary>
    public X509Certificate2 Sign(CertificateRequest request, ECDsa key, TimeSpan? lifetime = null)
    {
        using var certificate = Sign(request, lifetime);
        using var withKey = certificate.CopyWithPrivateKey(key);
        // SslStream wants a key that does not live in the handle it was made from.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A certificate for a request whose key is elsewhere.</summary>
    public X509Certificate2 Sign(CertificateRequest request, TimeSpan? lifetime = null)
    {
        if (!request.CertificateExtensions.OfType<X509BasicConstraintsExtension>().Any())
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (!request.CertificateExtensions.OfType<X509KeyUsageExtension>().Any())
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var now = time.GetUtcNow();
        var end = now + (lifetime ?? leafLifetime);
        if (end > root.NotAfter)
            end = root.NotAfter;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x3f | 0x40);
        return request.Create(root, now - backdated, end, serial);
    }

    public void Revoke(X509Certificate2 certificate)
    {
        lock (gate)
            revoked[certificate.SerialNumber] = (certificate.SerialNumberBytes.ToArray(), time.GetUtcNow());
    }

    /// <summary>The revocation list as of now, DER.</summary>
    /// <param name="lifetime">Until the list's own end; 24 hours unless told.</param>
    public byte[] SignRevocationList(TimeSpan? lifetime = null)
    {
        var now = time.GetUtcNow();
        var list = new CertificateRevocationListBuilder();
        lock (gate)
            foreach (var (serial, at) in revoked.Values)
                list.AddEntry(serial, at);
        return list.Build(root, now.ToUnixTimeMilliseconds(), now + (lifetime ?? TimeSpan.FromHours(24)), HashAlgorithmName.SHA256, null, now);
    }

    public void Dispose()
    {
        Root.Dispose();
        root.Dispose();
    }
}
