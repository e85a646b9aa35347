namespace Exchange.Sandbox.Files;

/// <summary>Where one agency of the exchange keeps its things.</summary>
/// <param name="Kind">Which program serves it: tax or municipality.</param>
/// <param name="LocalApi">gRPC and JSON for the agency's own systems.</param>
/// <param name="Ready">Health of its adapter, plain HTTP.</param>
public sealed record AgencyFolder(string Id, string Kind, string Name, string Folder, Uri LocalApi, Uri Ready)
{
    public string Config => Path.Combine(Folder, "adapter.yaml");

    /// <summary>Name of the one caller in callers.yaml.</summary>
    public string Caller => "front-office";

    /// <summary>With which that caller's tokens are signed.</summary>
    public string CallerKey => Path.Combine(Folder, "callers", "front-office.key");

    public string Journal => Path.Combine(Folder, "state", "journal.db");

    /// <summary>With which the journal is sealed.</summary>
    public string JournalKeys => Path.Combine(Folder, "keys", "journal-keys.json");

    public string PeopleDb => Path.Combine(Folder, "state", "people.db");

    string EnrolledMark => Path.Combine(Folder, "enrolled");

    /// <summary>Everybody was enrolled at an earlier start.</summary>
    public bool IsEnrolled => File.Exists(EnrolledMark);

    public void MarkEnrolled() => File.WriteAllText(EnrolledMark, "");

    /// <summary>The records this agency provides: a CSV or a SQLite database.</summary>
    public string Records(string file) => Path.Combine(Folder, "records", file);
}
