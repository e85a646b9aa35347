using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter.Doctor;

/// <summary>Certificates: whose they are, who vouches for them, and until when.</summary>
static class CertificateChecks
{
    static readonly TimeSpan soon = TimeSpan.FromDays(30);

    public static IEnumerable<Diagnosis> Look(AdapterOptions options, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (TryRead(() => PemFiles.Read(options.Certificate, options.Key), out var own, out var why))
        {
            using (own)
            {
                yield return Name(own!, options);
                yield return Vouched(own!, options, time);
                yield return Expiry("certificate-expiry", $"the certificate {Path.GetFileName(options.Certificate)}", own!, now, "Make a new request with the same key (openssl req -new -key), have it signed by the CA, put it in place and start the adapter anew.");
            }
        }
        else
            yield return new Diagnosis("certificate", Concern.Measures, Mark.Bad, $"Certificate and key cannot be used: {why}", "Put certificate and key of this agency where adapter.yaml says, as PEM; the key with mode 0600.");
        foreach (var (check, what, file, remedy) in new[]
        {
            ("root-expiry", "the pinned CA", options.Root, "Ask the CA's operator for the new root, by another way than the hub."),
            ("local-api-expiry", "the certificate of the local API", options.LocalApi.CertificateFile, "Make or order a new one; the agency's own systems trust no other."),
        })
            if (TryRead(() => X509CertificateLoader.LoadCertificateFromFile(file), out var certificate, out why))
                using (certificate)
                    yield return Expiry(check, $"{what} {Path.GetFileName(file)}", certificate!, now, remedy);
            else
                yield return new Diagnosis(check, Concern.Measures, Mark.Bad, $"{file} cannot be read as a certificate: {why}", "Put a certificate there, as PEM.");
    }

    static Diagnosis Name(X509Certificate2 own, AdapterOptions options) => AgencyNames.TryRead(own, out var name)
        ? name.IsAgency(options.Agency)
            ? Diagnosis.Good("certificate-name", Concern.Measures, $"The certificate speaks for {options.Agency}.")
            : new Diagnosis("certificate-name", Concern.Measures, Mark.Bad, $"The certificate speaks for {AgencyNames.ToUri(name)}, and adapter.yaml is of {options.Agency}.", "Use this agency's own certificate, or correct 'agency'.")
        : new Diagnosis("certificate-name", Concern.Measures, Mark.Bad, "The certificate names no agency.", $"Ask the CA for one whose subject alternative name is the URI {AgencyNames.ToUri(CertificateName.Agency(options.Agency))}.");

    static Diagnosis Vouched(X509Certificate2 own, AdapterOptions options, TimeProvider time)
    {
        try
        {
            using var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time);
            return verifier.TryVerifyWithoutList(own, CertificateUse.Client, out _)
                ? Diagnosis.Good("certificate-issuer", Concern.Measures, "The pinned CA issued the certificate, for a client.")
                : new Diagnosis("certificate-issuer", Concern.Measures, Mark.Bad, "The certificate is not one that the pinned CA issued for a client and that is valid now.", "Look whether 'root' and 'certificate' belong together, at the dates and at this machine's clock; else ask the CA for another.");
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            return new Diagnosis("certificate-issuer", Concern.Measures, Mark.Bad, $"The pinned root cannot be used: {e.Message}", "Get the CA's root anew, by another way than the hub.");
        }
    }

    static Diagnosis Expiry(string check, string what, X509Certificate2 certificate, DateTimeOffset now, string remedy)
    {
        var (begins, ends) = ((DateTimeOffset)certificate.NotBefore, (DateTimeOffset)certificate.NotAfter);
        var day = ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return now < begins ? new Diagnosis(check, Concern.Measures, Mark.Bad, $"{Sentence(what)} is not valid before {begins:yyyy-MM-dd HH:mm zzz}.", "Look at this machine's clock; else wait.")
            : now > ends ? new Diagnosis(check, Concern.Measures, Mark.Bad, $"{Sentence(what)} expired on {day}.", remedy)
            : ends - now < soon ? new Diagnosis(check, Concern.Measures, Mark.Look, $"{Sentence(what)} expires in {Counted.Of((long)Math.Floor((ends - now).TotalDays), "day")}, on {day}.", remedy)
            : Diagnosis.Good(check, Concern.Measures, $"{Sentence(what)} is valid until {day}.");
    }

    static string Sentence(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    static bool TryRead(Func<X509Certificate2> read, out X509Certificate2? certificate, out string why)
    {
        (certificate, why) = (null, "");
        try
        {
            certificate = read();
            return true;
        }
        catch (Exception e) when (e is SecretFileException or CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            why = e.Message;
            return false;
        }
    }
}
