namespace Exchange.Sandbox.Files;

/// <summary>One replica of the hub: name, certificate, log and state of its own. Directory, matrix, quotas and the enrolment key are those of the first.</summary>
/// <param name="Name">As in its certificate and its log.</param>
/// <param name="Address">Where agencies connect.</param>
/// <param name="Log">Checkpoints and hash tiles of its log, for everybody.</param>
public sealed record HubFolder(string Name, string Folder, Uri Address, Uri Ready, Uri Log)
{
    public string Config => Path.Combine(Folder, "gateway.yaml");

    public string AuditLog => Path.Combine(Folder, "state", "audit.db");

    /// <summary>The line that witnesses and agencies pin.</summary>
    public string LogLine => File.ReadAllText(Path.Combine(Folder, "log.pub")).Trim();
}
