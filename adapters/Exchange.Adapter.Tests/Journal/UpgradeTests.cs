using System.Security.Cryptography;
using Dapper;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Tests.Journal;

public sealed class UpgradeTests : IDisposable
{
    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task Receipts_and_proofs_of_a_journal_from_before_proofs_were_kept_by_tile_are_all_there_afterwards()
    {
        byte[] path = RandomNumberGenerator.GetBytes(17 * TreeHash.Length), leaf = RandomNumberGenerator.GetBytes(32), other = RandomNumberGenerator.GetBytes(32);
        Directory.CreateDirectory(kept["state"]);
        using (var file = new SqliteConnection($"Data Source={kept.Path};Pooling=False"))
        {
            file.Open();
            file.Execute("CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY, ScriptName TEXT, Applied DATETIME)");
            foreach (var script in Migrations.Read(typeof(AgencyJournal).Assembly, JournalFile.Prefix).TakeWhile(one => !one.Name.StartsWith("0006", StringComparison.Ordinal)))
            {
                file.Execute(script.Text);
                file.Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES (@Name, '2026-01-01')", new { script.Name });
            }
            // The second and the third say that they stand in one place.
            foreach (var (id, index, state) in new[] { (1, 70_000, 0), (2, 600, 1), (3, 600, 2), (4, 0, 1) })
                file.Execute("INSERT INTO receipt VALUES (@id, 1, @request, 'hub-1', @index, @leaf, @state, x'07')", new { id, request = KeptJournal.Id(id).ToByteArray(), index, leaf, state });
            file.Execute("INSERT INTO proof VALUES (2, 65000, @path, NULL), (3, 65000, @path, @other), (4, 1, x'', NULL)", new { path, other });
            file.Execute("INSERT INTO checkpoint VALUES ('hub-1', 65000, 'a note'), ('hub-1', 1, 'the first')");
        }

        await using var journal = kept.Write();
        KnownReceipt Known(int id) => Assert.Single(journal.Evidence.Find(KeptJournal.Id(id).Span));

        Assert.Equal(ReceiptState.Waiting, Known(1).State);
        Assert.Equal(1, journal.Evidence.Oldest("hub-1"));
        Assert.Equal(1, journal.Evidence.CountWaiting());
        var (proven, contradicted, alone) = (Known(2), Known(3), Known(4));
        Assert.Equal((ReceiptState.Proven, "a note", 65000ul), (proven.State, proven.Under!.Note, proven.Under.Size));
        Assert.Equal(path, proven.Path.SelectMany(hash => hash));
        Assert.Equal((ReceiptState.Contradicted, "a note"), (contradicted.State, contradicted.Under!.Note));
        Assert.Equal(path, contradicted.Path.SelectMany(hash => hash));
        Assert.Equal(other, contradicted.OtherLeafHash);
        Assert.Equal((ReceiptState.Proven, "the first", 0), (alone.State, alone.Under!.Note, alone.Path.Count));
        Assert.Equal([7], proven.Entry);
    }
}
