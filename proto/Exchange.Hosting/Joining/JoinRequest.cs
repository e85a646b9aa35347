using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Joining;

/// <summary>What an agency puts before the door of a sandbox, where CA, hub's operator and key authority are one program: a file in the folder <c>join</c>, answered by others beside it.</summary>
/// <param name="Certificate">The request for a certificate, PKCS #10 in PEM.</param>
public sealed record JoinRequest(string Agency, string Kind, string Name, string Certificate)
{
    public const string Door = "join";

    const string Asked = ".request", Invited = ".invitation", Certified = ".pem", Refused = ".refused";

    /// <summary>Every request before the door.</summary>
    public static IEnumerable<string> Waiting(string exchange) => Directory.EnumerateFiles(Path.Combine(exchange, Door), "*" + Asked);

    public static string Request(string exchange, string agency) => At(exchange, agency, Asked);

    public static string Invitation(string exchange, string agency) => At(exchange, agency, Invited);

    public static string CertificateOf(string exchange, string agency) => At(exchange, agency, Certified);

    /// <summary>Why not, in words.</summary>
    public static string Refusal(string exchange, string agency) => At(exchange, agency, Refused);

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static JoinRequest Read(string path)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var request = new JoinRequest(map.Text("agency"), map.Text("kind"), map.Text("name"), map.Text("request"));
        map.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return request;
    }

    /// <summary>Whole or not at all: whoever stands behind the door reads it at any moment.</summary>
    public void Write(string path)
    {
        File.WriteAllText(path + ".tmp", $"""
            agency: {Agency}
            kind: {Kind}
            name: "{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}"
            request: |
            {string.Join('\n', Certificate.Trim().ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line))}

            """);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    static string At(string exchange, string agency, string ending) => Path.Combine(exchange, Door, agency + ending);
}
