using System.Security.Cryptography;
using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Checks;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Tree;
using Exchange.Gateway.Commands;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Tests.Audit;

/// <summary>A log that a hub wrote and left: its two files, its key and a witness's, and what somebody may do to them.</summary>
sealed class KeptLog : IAsyncDisposable
{
    readonly NoteSigner signer = NewSigner("hub-1");
    AuditLog? audit;
    LogTree? tree;

    public string Folder { get; } = System.IO.Directory.CreateTempSubdirectory("exchange-kept-").FullName;

    public string Log => Path.Combine(Folder, LogFiles.Log);

    public string Tree => Path.Combine(Folder, LogFiles.Tree);

    /// <summary>Null: entries are in the file.</summary>
    public AuditDatabase? Database { get; init; }

    public NoteKey Key => signer.Key;

    public NoteSigner Witness { get; } = new("privacy-commission", NoteKeyUse.Cosignature, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));

    public List<Receipt> Receipts { get; } = [];

    public LogTree Pages => tree!;

    /// <summary>What a hub has written that was stopped: entries of which the first are published.</summary>
    public static async Task<KeptLog> Written(int published, int newer = 0, AuditDatabase? database = null)
    {
        var log = new KeptLog { Database = database };
        log.Begin();
        await log.Append(published);
        await log.Publish();
        await log.Append(newer);
        await log.Stop();
        return log;
    }

    public static NoteSigner NewSigner(string name) => new(name, NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));

    public void Begin()
    {
        audit = AuditLog.Open(new AuditOptions(Log, "hub-1") { Database = Database }, TimeProvider.System);
        tree = new LogTree(Tree, audit.Store, Key);
    }

    public async Task Append(int count) => Receipts.AddRange((await Task.WhenAll(Enumerable.Range(Receipts.Count, count).Select(i => audit!.Append(Entry(i)).AsTask()))).OrderBy(receipt => receipt.Index));

    public async Task Publish()
    {
        var size = (ulong)audit!.Size;
        var whole = await tree!.Raise(size, default);
        var checkpoint = new Checkpoint("hub-1", size, await whole.Root(default));
        tree.Publish(checkpoint, SignedNote.Sign(checkpoint.Body, signer) + Witness.Cosign(checkpoint.Body, DateTimeOffset.UnixEpoch.AddDays(20_000)));
    }

    public async Task Stop()
    {
        tree?.Dispose();
        if (audit is not null)
            await audit.DisposeAsync();
    }

    public StoredLog Open() => Database is { } database ? new LogDatabase(database, "hub-1", Tree) : LogFiles.Open(Log, Tree);

    public string Note()
    {
        using var connection = Connect(Tree);
        return connection.QuerySingle<string>("SELECT note FROM checkpoint");
    }

    /// <summary>Signed by the log's own key, whatever it says.</summary>
    public string Sign(Checkpoint checkpoint) => SignedNote.Sign(checkpoint.Body, signer);

    /// <summary>As somebody does who has the file and takes the guards away.</summary>
    public void Tamper(string file, string sql, object? values = null)
    {
        using var connection = Connect(Path.Combine(Folder, file));
        var guards = connection.Query<(string Name, string Text)>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").ToList();
        foreach (var (name, _) in guards)
            connection.Execute($"DROP TRIGGER {name}");
        connection.Execute(sql, values);
        foreach (var (_, text) in guards)
            connection.Execute(text);
    }

    /// <summary>One bit of an entry, of its leaf hash, or of a hash above.</summary>
    public void Flip(string path, string column, string table, string where)
    {
        using var connection = Connect(path);
        var bytes = connection.QuerySingle<byte[]>($"SELECT {column} FROM {table} WHERE {where}");
        bytes[bytes.Length / 2] ^= 1;
        Tamper(path, $"UPDATE {table} SET {column} = @bytes WHERE {where}", new { bytes });
    }

    /// <summary>The entry and its leaf hash together, as somebody does who knows how a log is made.</summary>
    public void Rewrite(int number)
    {
        var content = Entry(number + 1_000_000).ToByteArray();
        Tamper(Log, "UPDATE entry SET content = @content, leaf_hash = @hash WHERE number = @number", new { content, hash = TreeHash.Leaf(content), number });
    }

    public void Replace(string note) => Tamper(Tree, "UPDATE checkpoint SET note = @note", new { note });

    public async Task<Findings> Verify(NoteKey? key = null, string? since = null, IReadOnlyList<NoteKey>? witnesses = null, IReadOnlyList<GivenReceipt>? receipts = null, LogReader? from = null)
    {
        await using var own = from is null ? Open() : null;
        var findings = new Findings();
        using var progress = new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System);
        await VerifyCommand.Verify(from ?? own!, key ?? Key, witnesses ?? [], receipts, since, findings, progress, default);
        return findings;
    }

    public async Task<Findings> Fsck(NoteKey? key = null)
    {
        await using var files = Open();
        var findings = new Findings();
        using var progress = new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System);
        await FsckCommand.Look(files, key ?? Key, [], findings, progress, default);
        return findings;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        signer.Dispose();
        Witness.Dispose();
        System.IO.Directory.Delete(Folder, recursive: true);
    }

    public static GivenReceipt Given(Receipt receipt) => new(receipt.Log, receipt.Index, receipt.LeafHash.ToByteArray(), receipt.RequestId.ToByteArray());

    public static ByteString RequestId(int i) => ByteString.CopyFrom([.. BitConverter.GetBytes(i), .. new byte[12]]);

    public static AuditEntry Entry(int i) => new()
    {
        TimeUnixMs = 1_775_000_000_000 + i,
        Lookup = new LookupEvent
        {
            RequestId = RequestId(i),
            Requester = i % 2 == 0 ? "jp.mun.131016" : "jp.mun.271004",
            Provider = "jp.tax",
            Task = "benefit-eligibility",
            DataSet = "tax.income.v1",
            Kind = LookupKind.Cold,
            Outcome = i % 5 == 0 ? AuditOutcome.Refused : AuditOutcome.Answered,
            Reason = i % 5 == 0 ? Reason.NotPermitted : Reason.Unspecified,
            PolicyVersion = "v",
            Fields = { 1, 3 },
            QuestionCommitment = ByteString.CopyFrom(new byte[32]),
            AnswerCommitment = ByteString.CopyFrom(new byte[32]),
        },
    };

    public static SqliteConnection Connect(string path) => new SqliteStore(path, Durability.Disk).Open();
}
