using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Doctor;

/// <summary>Keys and folders: who may read them, what lies beside what, and how much room there is.</summary>
static class FileChecks
{
    const long FewBytes = 1L << 30;

    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Diagnosis> Look(AdapterOptions options)
    {
        yield return Secret("agency-keys", "The file of the agency's keys", options.Keys, path => AgencyKeys.Read(path).Dispose(), "init-keys --keys");
        yield return Secret("journal-keys", "The file of the journal's keys", options.JournalKeys, path => JournalKeys.Read(path).Dispose(), "init-keys --journal-keys");
        yield return Secret("local-api-key", "The file of the local API's key", options.LocalApi.KeyFile, path => SecretFile.Read(path), "openssl");
        yield return Apart(options);
        if (Directory.Exists(options.State))
        {
            yield return Folder(options.State);
            yield return Room(options.State);
        }
    }

    static Diagnosis Secret(string check, string what, string path, Action<string> read, string made)
    {
        try
        {
            read(path);
            return Diagnosis.Good(check, Concern.Measures, OperatingSystem.IsWindows()
                ? $"{what} can be read. Who else may is not looked at on Windows."
                : $"{what} can be read by its owner alone.");
        }
        catch (SecretFileException e)
        {
            return new Diagnosis(check, Concern.Measures, Mark.Bad, $"{what} cannot be used: {e.Message}", File.Exists(path) ? "Do as it says; if others may have read it, take the key for lost." : $"Put it there from its copy, or make it with {made}.");
        }
    }

    /// <summary>Whoever copies the database must not have copied its key.</summary>
    static Diagnosis Apart(AdapterOptions options)
    {
        string Whole(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + Path.DirectorySeparatorChar;
        var state = Whole(options.State);
        var inside = new[] { options.Keys, options.JournalKeys }.Where(path => Whole(path).StartsWith(state, StringComparison.Ordinal)).ToList();
        return inside.Count == 0
            ? Diagnosis.Good("keys-apart", Concern.Measures, "Closing scalar and journal key are outside the folder of the databases.")
            : new Diagnosis("keys-apart", Concern.Measures, Mark.Bad, $"{string.Join(" and ", inside)} lie in the folder of the databases: whoever copies that has both.", "Move them elsewhere, and say so in adapter.yaml.");
    }

    static Diagnosis Folder(string state) => OperatingSystem.IsWindows()
        ? new Diagnosis("state-folder", Concern.Measures, Mark.Unknown, "Who may enter the folder of the databases is not looked at on Windows.", "Look that only the service's account may.")
        : (File.GetUnixFileMode(state) & Others) == 0
            ? Diagnosis.Good("state-folder", Concern.Measures, "The folder of the databases can be entered by its owner alone.")
            : new Diagnosis("state-folder", Concern.Measures, Mark.Bad, $"Others may enter {state}.", $"chmod 700 '{state}'");

    static Diagnosis Room(string state)
    {
        var drive = new DriveInfo(state);
        var (free, total) = (drive.AvailableFreeSpace, drive.TotalSize);
        var says = $"{Bytes(free)} of {Bytes(total)} are free where the journal grows.";
        return free < FewBytes || free < total / 20
            ? new Diagnosis("disk-room", Concern.Working, Mark.Bad, says, "Make room, or archive and purge the journal: when it is full nothing is asked or answered.")
            : free < total / 10 ? new Diagnosis("disk-room", Concern.Working, Mark.Look, says, "Make room in time: when it is full nothing is asked or answered.")
            : Diagnosis.Good("disk-room", Concern.Working, says);
    }

    static string Bytes(long bytes) => bytes >= 1L << 30 ? $"{bytes >> 30} GiB" : $"{bytes >> 20} MiB";
}
