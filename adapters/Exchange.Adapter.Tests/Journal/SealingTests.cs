using System.Text;
using Dapper;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class SealingTests : IDisposable
{
    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task Nothing_about_person_official_or_case_stands_in_the_file_in_the_clear()
    {
        await kept.Add(Asked("official-7391", "person-7391", caseId: "case-7391"), Answered("official-7391", "person-7391"));
        var files = Directory.GetFiles(kept["state"]).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Select(File.ReadAllBytes).ToArray();
        Assert.Contains(files, bytes => bytes.AsSpan().IndexOf("tax.income.v1"u8) >= 0);
        Assert.All(files, bytes => Assert.True(bytes.AsSpan().IndexOf("7391"u8) < 0));
    }

    [Fact]
    public async Task One_person_has_one_index_and_no_two_rows_the_same_seal()
    {
        await kept.Add(Asked("sato", "P-1"), Asked("sato", "P-1"), Asked("sato", "P-2"));
        using var file = kept.Store.Open();
        var rows = file.Query<(byte[] Person, byte[] Official, byte[] Sealed)>("SELECT person_index, official_index, sealed FROM asked ORDER BY id").AsList();
        Assert.Equal(rows[0].Person, rows[1].Person);
        Assert.NotEqual(rows[1].Person, rows[2].Person);
        Assert.Equal(rows[0].Official, rows[2].Official);
        Assert.Equal(3, rows.Select(row => Convert.ToHexString(row.Sealed)).Distinct().Count());
        // The nonce is a count, under a key that is drawn anew at each start.
        Assert.Equal([0, 1, 2], rows.Select(row => (int)row.Sealed[27]));
        await kept.Add(Asked("sato", "P-1"));
        var next = file.QuerySingle<byte[]>("SELECT sealed FROM asked ORDER BY id DESC LIMIT 1");
        Assert.Equal(0, next[27]);
        Assert.NotEqual(rows[0].Sealed[4..20], next[4..20]);
    }

    [Theory]
    [InlineData("time_unix_ms = time_unix_ms + 1")]
    [InlineData("request_id = zeroblob(16)")]
    [InlineData("provider = 'jp.pension'")]
    [InlineData("task = 'other'")]
    [InlineData("data_set = 'other'")]
    [InlineData("kind = 2")]
    [InlineData("question_commitment = zeroblob(32)")]
    [InlineData("answer_commitment = zeroblob(32)")]
    [InlineData("person_index = NULL")]
    [InlineData("official_index = zeroblob(16)")]
    [InlineData("log = 'hub-2'")]
    [InlineData("log_index = log_index + 1")]
    [InlineData("leaf_hash = zeroblob(32)")]
    [InlineData("log = NULL, log_index = NULL, leaf_hash = NULL")]
    [InlineData("sealed = (SELECT sealed FROM asked WHERE id = 2)")]
    [InlineData("sealed = zeroblob(10)")]
    public async Task A_row_of_which_anything_was_changed_does_not_open(string change)
    {
        await kept.Add(Asked("sato", "P-1"), Asked("sato", "P-1", request: 2));
        using (var file = kept.Store.Open())
            file.Execute($"UPDATE asked SET {change} WHERE id = 1");
        var journal = kept.Read();
        var rows = journal.Asked.Search(new JournalFilter()).OrderBy(row => row.Id).ToList();
        Assert.NotEqual(SealFault.None, rows[0].Fault);
        Assert.Equal("", rows[0].Person);
        Assert.Equal("P-1", rows[1].Person);
        Assert.Contains("does not open", Assert.Throws<StoreException>(() => journal.Asked.Recent(10)).Message.Replace("journal_keys does not have", "does not open", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealed_part_moved_to_the_other_table_does_not_open()
    {
        var asked = Asked("sato", "P-1") with { Receipt = null };
        await kept.Add(asked, Answered("sato", "P-1", requester: asked.Counterpart) with { Kind = asked.Kind, QuestionCommitment = asked.QuestionCommitment, AnswerCommitment = asked.AnswerCommitment });
        using (var file = kept.Store.Open())
            file.Execute("UPDATE answered SET sealed = (SELECT sealed FROM asked)");
        Assert.Equal(SealFault.Changed, Assert.Single(kept.Read().Answered.Search(new JournalFilter())).Fault);
    }

    [Fact]
    public async Task What_an_earlier_key_sealed_still_opens_and_a_person_is_found_under_every_key()
    {
        await kept.Add(Asked("sato", "P-1", day: 0), Asked("sato", "P-2", day: 0.1));
        kept.AddKey();
        await kept.Add(Asked("sato", "P-1", day: 1));
        using var file = kept.Store.Open();
        Assert.Equal(3, file.QuerySingle<int>("SELECT count(DISTINCT person_index) FROM asked"));
        Assert.Equal([3, 1], kept.Read().Asked.Search(new JournalFilter { Person = "P-1" }).Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_journal_does_not_start_with_another_key_file_than_its_own()
    {
        await kept.Add(Asked("sato", "P-1"));
        JournalKeys.Create(kept["other.keys"]);
        using var other = JournalKeys.Read(kept["other.keys"]);
        var refused = Assert.Throws<StoreException>(() => AgencyJournal.Open(new JournalOptions(kept.Path), other, TimeProvider.System));
        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("restore the key file", refused.Message, StringComparison.Ordinal);
        await kept.Add(Asked("sato", "P-1"));
    }

    [Fact]
    public async Task A_file_with_entries_from_before_they_were_sealed_is_refused_with_what_to_do_and_keeps_them()
    {
        Directory.CreateDirectory(kept["state"]);
        using (var file = new SqliteConnection($"Data Source={kept.Path};Pooling=False"))
        {
            file.Open();
            file.Execute(Migrations.Read(typeof(AgencyJournal).Assembly, JournalFile.Prefix)[0].Text);
            file.Execute("CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY, ScriptName TEXT, Applied DATETIME); INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('0001_journal.sql', '2026-01-01')");
            file.Execute("INSERT INTO answered VALUES (1, 1, x'', 'jp.tax', '', '', 1, 'sato', '', 'P-1', '', '', 1, 0, 0, x'', x'', x'', x'', x'')");
        }
        Assert.Contains("move it to a safe place", Assert.Throws<StoreException>(() => kept.Write()).Message, StringComparison.Ordinal);
        Assert.Contains("start this version's adapter", Assert.Throws<StoreException>(() => kept.Read()).Message, StringComparison.Ordinal);
        using (var file = kept.Store.Open())
        {
            Assert.Equal("P-1", file.QuerySingle<string>("SELECT person FROM answered"));
            file.Execute("DELETE FROM answered");
        }
        await kept.Add(Answered("sato", "P-1"));
    }

    [Fact]
    public void Keys_are_made_once_added_to_and_read_back()
    {
        Assert.Throws<SecretFileException>(() => JournalKeys.Create(kept.KeyFile));
        var first = kept.Keys.Newest.Name;
        Assert.Equal(2, JournalKeys.Add(kept.KeyFile));
        using var keys = JournalKeys.Read(kept.KeyFile);
        Assert.NotEqual(first, keys.Newest.Name);
        Assert.Equal([keys.Newest.Name, first], keys.All.Select(key => key.Name));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("\"keys\": [", "\"keys\": [ \"00\",")]
    [InlineData("\"keys\": [", "\"keys\": [ null,")]
    [InlineData("\"keys\": [", "\"other\": [")]
    [InlineData("{", "")]
    public void A_malformed_key_file_is_refused_without_showing_what_is_in_it(string find, string replace)
    {
        var text = File.ReadAllText(kept.KeyFile);
        SecretFile.Write(kept.KeyFile, Encoding.UTF8.GetBytes(text.Replace(find, replace, StringComparison.Ordinal)), overwrite: true);
        var refused = Assert.Throws<SecretFileException>(() => JournalKeys.Read(kept.KeyFile));
        Assert.DoesNotContain(text.Split('"')[^2], refused.ToString(), StringComparison.Ordinal);
    }
}
