using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Identity;

namespace Exchange.Hosting.Joining;

/// <summary>A log of the hub, and who must have cosigned it.</summary>
/// <param name="Key">The line NAME+HASH+KEY that whoever reads the log pins.</param>
public sealed record InvitedLog(string Key, IReadOnlyList<string> Witnesses);

/// <summary>A question about a person who does not exist, which a provider is ready to answer.</summary>
/// <param name="Number">A number with the right check digit that is nobody's.</param>
/// <param name="Question">Such as <c>year=2025</c>.</param>
public sealed record InvitedCanary(string Number, string Provider, string Task, string DataSet, string Question);

/// <summary>
/// What the hub's operator gives an agency that is to join: everything it pins, in one file. Nothing in it is secret; whoever
/// could change it on its way could put another hub in the place of this one, so both sides read its fingerprint to each other.
/// </summary>
/// <param name="HubPoint">h*G, 64 hexadecimal digits.</param>
/// <param name="Root">The CA's certificate, PEM.</param>
/// <param name="AuthorityCertificate">The key authority's, PEM.</param>
/// <param name="Canary">Null: there is none.</param>
public sealed record Invitation(
    string Agency, string Kind, string Name, IReadOnlyList<Uri> Hubs, string HubPoint, string Root, string AuthorityCertificate, IReadOnlyList<InvitedLog> Logs, InvitedCanary? Canary = null)
{
    const int FingerprintDigits = 32, Group = 4;

    /// <summary>Of everything that is pinned: eight groups of four, to be read over the telephone.</summary>
    public string Fingerprint => string.Join(' ', Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text()))).AsSpan(0, FingerprintDigits).ToString().Chunk(Group).Select(four => new string(four)));

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static Invitation Read(string path)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var invitation = new Invitation(
            map.Text("agency"), map.Text("kind"), map.Text("name"), map.Addresses("hub"), map.Text("hub_point"), Certificate(map, "root"), Certificate(map, "authority_certificate"),
            [.. map.Maps("logs").Select(ReadLog)], map.Map("canary") is { } canary ? ReadCanary(canary) : null);
        map.RefuseUnknownKeys();
        if (invitation.Agency.Length > 0 && !AgencyNames.IsId(invitation.Agency))
            map.Report("agency", $"'{invitation.Agency}' is no agency id");
        problems.ThrowIfAny();
        return invitation;
    }

    public string Write() => $"""
        # An invitation to the exchange for {Name}. Nothing in it is secret.
        # Before anything is done with it, compare its fingerprint with the hub's operator over the telephone:
        # {Fingerprint}
        {Text()}
        """;

    string Text()
    {
        var text = new StringBuilder($"""
            agency: {Agency}
            kind: {Kind}
            name: {Quote(Name)}
            hub: [{string.Join(", ", Hubs.Select(hub => hub.ToString().TrimEnd('/')))}]
            hub_point: {HubPoint}
            root: |
            {Indented(Root)}
            authority_certificate: |
            {Indented(AuthorityCertificate)}
            logs:

            """.ReplaceLineEndings("\n"));
        foreach (var log in Logs)
            text.Append($"  - {{ key: {Quote(log.Key)}, witnesses: [{string.Join(", ", log.Witnesses.Select(Quote))}] }}\n");
        if (Logs.Count == 0)
            text.Replace("logs:\n", "logs: []\n");
        if (Canary is { } canary)
            text.Append($"canary: {{ number: \"{canary.Number}\", provider: {canary.Provider}, task: {canary.Task}, data_set: {canary.DataSet}, question: {Quote(canary.Question)} }}\n");
        return text.ToString();
    }

    static InvitedLog ReadLog(YamlMap map)
    {
        var log = new InvitedLog(map.Text("key"), map.Texts("witnesses"));
        map.RefuseUnknownKeys();
        return log;
    }

    static InvitedCanary ReadCanary(YamlMap map)
    {
        var canary = new InvitedCanary(map.Text("number"), map.Text("provider"), map.Text("task"), map.Text("data_set"), map.OptionalText("question") ?? "");
        map.RefuseUnknownKeys();
        return canary;
    }

    static string Certificate(YamlMap map, string key)
    {
        var text = map.Text(key).Trim() + "\n";
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return certificate.ExportCertificatePem() + "\n";
        }
        catch (CryptographicException)
        {
            if (text.Length > 1)
                map.Report(key, $"'{key}' is no certificate in PEM");
            return text;
        }
    }

    static string Indented(string pem) => string.Join('\n', pem.Trim().ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line));

    static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
