using System.CommandLine;
using Exchange.Gateway.Audit.Reading;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands;

/// <summary>Which log a command reads, as whom, and whose keys it believes.</summary>
sealed class LogArguments
{
    readonly Option<string?> config = new("--config") { Description = "The hub's gateway.yaml: its own files, or database and file, read beside it, with the key and the witnesses that it names.", HelpName = "FILE" };
    readonly Option<string?> log = new("--log") { Description = "Another place: a folder with audit.db and checkpoints.db, a folder of tiles, or an address such as http://hub.example:7480/log/.", HelpName = "WHERE" };
    readonly Option<string?> checkpoints = new("--checkpoints") { Description = "The folder of checkpoints.db, where it is not that of audit.db.", HelpName = "DIR" };
    readonly Option<string?> key = new("--key") { Description = "The log's key, as the hub's operator gave it out: the line NAME+HASH+KEY, or a file with it (log.pub).", HelpName = "LINE" };
    readonly Option<string[]> witnesses = new("--witness") { Description = "A witness that must have cosigned: its line, or a file with it. May be given again.", HelpName = "LINE" };
    readonly Option<string?> certificate = new("--certificate") { Description = "As whom entries are read at a hub's own address, PEM: an agency, auditor or witness.", HelpName = "FILE" };
    readonly Option<string?> certificateKey = new("--certificate-key") { Description = "Its private key, PEM, mode 0600.", HelpName = "FILE" };
    readonly Option<string?> root = new("--root") { Description = "The CA that the hub's certificate must lead to, PEM.", HelpName = "FILE" };

    /// <param name="isSigned">The command holds what it reads against keys.</param>
    /// <param name="filesAlone">It looks at the two files and at no other copy.</param>
    public void AddTo(Command command, bool isSigned, bool filesAlone = false)
    {
        if (filesAlone)
            log.Description = "Copies of the two files: a folder with audit.db and checkpoints.db.";
        command.Add(config);
        command.Add(log);
        command.Add(checkpoints);
        if (isSigned)
        {
            command.Add(key);
            command.Add(witnesses);
        }
        if (!filesAlone)
        {
            command.Add(certificate);
            command.Add(certificateKey);
            command.Add(root);
        }
        command.Check(parsed =>
        {
            if (parsed.GetValue(config) is null == (parsed.GetValue(log) is null))
                parsed.AddError("Give either --config, for the hub's own files, or --log, for another place.");
            if (isSigned && parsed.GetValue(log) is not null && parsed.GetValue(key) is null)
                parsed.AddError("--log also wants --key: a log is worth what its key is, and that must not come from where the log comes from.");
            if (!filesAlone && new[] { parsed.GetValue(certificate), parsed.GetValue(certificateKey), parsed.GetValue(root) }.Count(one => one is not null) is 1 or 2)
                parsed.AddError("--certificate, --certificate-key and --root go together.");
        });
    }

    /// <exception cref="StoreException">There is no log in that place.</exception>
    /// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">With every mistake of gateway.yaml.</exception>
    public LogReader Open(ParseResult parsed, TimeProvider time)
    {
        if (parsed.GetValue(config) is { } file)
        {
            var options = GatewayOptions.Read(file);
            return options.Audit is { } database ? new LogDatabase(database, options.Name, options.Log.CheckpointFile) : LogFiles.Open(options.AuditFile, options.Log.CheckpointFile);
        }
        var where = parsed.GetRequiredValue(log)!;
        if (Uri.TryCreate(where, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
            return TileSite.Open(address, Identity(parsed), time);
        if (File.Exists(where))
            return OpenFiles(parsed, where);
        if (File.Exists(Path.Combine(where, LogFiles.Log)))
            return OpenFiles(parsed, Path.Combine(where, LogFiles.Log));
        if (File.Exists(Path.Combine(where, TileCopy.CheckpointPath)))
            return new TileFolder(where);
        throw new StoreException(StoreFault.Foreign, $"{where} holds neither {LogFiles.Log} nor a file named {TileCopy.CheckpointPath}; give a folder that has one of them, or an http address");
    }

    /// <exception cref="FormatException">It is no key.</exception>
    public NoteKey Key(ParseResult parsed)
    {
        if (parsed.GetValue(key) is { } given)
            return Line(given, "--key", NoteKeyUse.Note);
        var options = GatewayOptions.Read(parsed.GetRequiredValue(config)!);
        using var signer = NoteKeyFile.Read(options.Log.Key, options.Name, NoteKeyUse.Note);
        return signer.Key;
    }

    public IReadOnlyList<NoteKey> Witnesses(ParseResult parsed)
    {
        var given = (parsed.GetValue(witnesses) ?? []).Select(one => Line(one, "--witness", NoteKeyUse.Cosignature));
        return parsed.GetValue(config) is { } file ? [.. GatewayOptions.Read(file).Log.Witnesses.Select(one => one.Key), .. given] : [.. given];
    }

    LogFiles OpenFiles(ParseResult parsed, string path) =>
        LogFiles.Open(path, Path.Combine(parsed.GetValue(checkpoints) ?? Path.GetDirectoryName(Path.GetFullPath(path))!, LogFiles.Tree));

    ReaderIdentity? Identity(ParseResult parsed) => parsed.GetValue(certificate) is { } shown
        ? ReaderIdentity.Read(shown, parsed.GetRequiredValue(certificateKey)!, parsed.GetRequiredValue(root)!) : null;

    static NoteKey Line(string given, string option, NoteKeyUse use)
    {
        var text = File.Exists(given) ? File.ReadAllText(given).Trim() : given;
        if (!NoteKey.TryParse(text, out var key))
            throw new FormatException($"{option} is '{given}', which is neither a line NAME+HASH+KEY nor a file with one");
        return key.Use == use ? key : throw new FormatException($"{option} names the key of a {(use == NoteKeyUse.Note ? "witness, and a log's is wanted" : "log, and a witness's is wanted")}");
    }
}
