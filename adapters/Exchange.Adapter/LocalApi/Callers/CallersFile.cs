using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>
/// Reads <c>callers.yaml</c>, strictly: every mistake is reported with its line, and a file with one mistake is refused
/// whole. Paths are relative to the file.
/// </summary>
public sealed class CallersFile
{
    readonly string path;
    readonly Problems problems = new();
    readonly IReadOnlyCollection<string> dataSets;
    readonly HashSet<string> identities = new(StringComparer.Ordinal);
    readonly List<string> files = [];

    CallersFile(string path, IReadOnlyCollection<string> dataSets)
    {
        this.path = path;
        this.dataSets = dataSets;
        files.Add(path);
    }

    /// <param name="dataSets">Ids that may be named.</param>
    /// <param name="files">The file and every file it names: what to watch.</param>
    /// <exception cref="ConfigurationException">Lists every mistake.</exception>
    public static CallerList Read(string path, IReadOnlyCollection<string> dataSets, out IReadOnlyList<string> files)
    {
        var reader = new CallersFile(path, dataSets);
        files = reader.files;
        return reader.ReadList();
    }

    CallerList ReadList()
    {
        var root = YamlFile.Read(path, problems);
        var authority = ReadAuthority(root);
        var callers = root.Maps("callers").Select(map => ReadCaller(map, authority is not null)).ToList();
        root.RefuseUnknownKeys();
        if (callers.Count == 0 && !problems.Any)
            root.Report("callers", "'callers' is empty, so nobody could ask; name at least one caller");
        problems.ThrowIfAny();
        return new CallerList(callers, authority);
    }

    X509Certificate2? ReadAuthority(YamlMap root)
    {
        if (root.OptionalText("certificate_authority") is not { } name)
            return null;
        var file = Resolve(name);
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            root.Report("certificate_authority", $"'{name}' cannot be read as a certificate; give a PEM file");
            return null;
        }
    }

    Caller ReadCaller(YamlMap map, bool hasAuthority)
    {
        var name = map.Text("name");
        Claim(map, "name", "name", name);
        var certificate = map.Map("certificate") is { } one ? ReadCertificate(one, hasAuthority) : null;
        var token = map.Map("token") is { } two ? ReadToken(two) : null;
        if (!map.Has("certificate") && !map.Has("token"))
            map.Report("name", $"'{name}' has neither 'certificate' nor 'token', so it could never be recognised");
        var permitted = new HashSet<(string, string)>();
        foreach (var row in map.Maps("may_ask"))
            ReadPermission(row, permitted);
        if (!map.Has("may_ask"))
            map.Report("may_ask", "'may_ask' is missing; list tasks and their data sets");
        var (mayProtect, mayApprove, mayRecall) = (map.Flag("may_protect", false), map.Flag("may_approve", false), map.Flag("may_recall", false));
        map.RefuseUnknownKeys();
        return new Caller(name, certificate, token, permitted.ToFrozenSet()) { MayProtect = mayProtect, MayApprove = mayApprove, MayRecall = mayRecall };
    }

    CertificateIdentity ReadCertificate(YamlMap map, bool hasAuthority)
    {
        var (sha256, san, subject) = (map.OptionalText("sha256"), map.OptionalText("san"), map.OptionalText("subject"));
        if (new[] { sha256, san, subject }.Count(one => !string.IsNullOrEmpty(one)) != 1)
            map.Report("certificate", "give exactly one of 'sha256', 'san' and 'subject'");
        if (sha256 is not null)
        {
            sha256 = sha256.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
            if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitUpper))
                map.Report("sha256", "'sha256' must be 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` prints them");
        }
        else if (!hasAuthority)
            map.Report("certificate", "a certificate known by its name needs 'certificate_authority' at the top of the file");
        if (subject is not null)
            subject = ReadSubject(map, subject);
        Claim(map, "sha256", "certificate", sha256);
        Claim(map, "san", "certificate name", san);
        Claim(map, "subject", "certificate subject", subject);
        map.RefuseUnknownKeys();
        return new CertificateIdentity(sha256, san, subject);
    }

    static string ReadSubject(YamlMap map, string subject)
    {
        try
        {
            return new X500DistinguishedName(subject).Name;
        }
        catch (CryptographicException)
        {
            map.Report("subject", "'subject' is not a distinguished name; write it as 'CN=benefits, O=Town'");
            return subject;
        }
    }

    TokenIdentity? ReadToken(YamlMap map)
    {
        var (issuer, audience, subject) = (map.Text("issuer"), map.Text("audience"), map.Text("subject"));
        var key = ReadKey(map, map.Text("key"));
        Claim(map, "subject", "token identity", $"{issuer}\n{subject}");
        map.RefuseUnknownKeys();
        return key is null ? null : new TokenIdentity(issuer, audience, subject, key);
    }

    ECDsaSecurityKey? ReadKey(YamlMap map, string name)
    {
        if (name.Length == 0)
            return null;
        var key = ECDsa.Create();
        try
        {
            var text = File.ReadAllText(Resolve(name));
            if (text.Contains("PRIVATE KEY", StringComparison.Ordinal))
                map.Report("key", $"'{name}' is a private key; this file needs the public key only");
            key.ImportFromPem(text);
            if (key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: "1.2.840.10045.3.1.7" })
                return new ECDsaSecurityKey(key);
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
        }
        map.Report("key", $"'{name}' cannot be read as a P-256 public key; give a PEM file");
        return null;
    }

    void ReadPermission(YamlMap row, HashSet<(string, string)> permitted)
    {
        var task = row.Text("task");
        var named = row.Texts("data_sets");
        if (named.Count == 0)
            row.Report("data_sets", "'data_sets' is missing; list at least one data set");
        foreach (var dataSet in named)
        {
            if (!dataSets.Contains(dataSet))
            {
                var near = Spelling.Nearest(dataSet, dataSets);
                row.Report("data_sets", $"unknown data set '{dataSet}'; " + (near is null ? $"known: {string.Join(", ", dataSets.Order(StringComparer.Ordinal))}" : $"did you mean '{near}'?"));
            }
            if (!permitted.Add((task, dataSet)))
                row.Report("data_sets", $"'{task}' and '{dataSet}' are listed twice for this caller");
        }
        row.RefuseUnknownKeys();
    }

    /// <summary>Two callers must never be told apart by the order of lines.</summary>
    void Claim(YamlMap map, string key, string what, string? value)
    {
        if (!string.IsNullOrEmpty(value) && !identities.Add($"{what}\n{value}"))
            map.Report(key, $"another caller has this {what} already");
    }

    string Resolve(string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        files.Add(file);
        return file;
    }
}
