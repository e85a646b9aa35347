using System.Diagnostics;
using System.Text.Json;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Municipality.Tests;

/// <summary>The commands as somebody runs them: what they print, what they write down, and their exit codes.</summary>
public sealed class JournalCommandTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-journal-").FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { "town.pem", "town.key", "ca.pem", "agency.keys", "authority.pem", "callers.yaml" })
            await File.WriteAllTextAsync(At(name), "");
        await File.WriteAllTextAsync(At("adapter.yaml"), $$"""
            agency: jp.mun.131016
            hub: https://127.0.0.1:1
            certificate: town.pem
            key: town.key
            root: ca.pem
            keys: agency.keys
            journal_keys: journal.keys
            authority_certificate: authority.pem
            hub_point: {{new string('0', 64)}}
            state: state
            local_api: { certificate: town.pem, key: town.key, callers: callers.yaml }
            """);
        JournalKeys.Create(At("journal.keys"));
        using var keys = JournalKeys.Read(At("journal.keys"));
        await using var journal = AgencyJournal.Open(new JournalOptions(At("state/journal.db")), keys, TimeProvider.System);
        await journal.Write(Entry("4711", "sato", "2018-04-02T00:00:00Z", 1));
        await journal.Write(Entry("4711", "suzuki", "2026-04-02T00:00:00Z", 2));
        await journal.Write(Entry("4712", "sato", "2026-04-03T00:00:00Z", 3));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_person_is_found_as_a_table_as_json_and_as_csv_and_who_looked_is_written_down()
    {
        var table = await Run("4711", "search", "--person", "-");
        Assert.Equal((0, ""), (table.Code, table.Errors));
        Assert.Equal(["2026-04-02T00:00:00.000Z", "2018-04-02T00:00:00.000Z"], Lines(table.Output).Skip(1).Take(2).Select(line => line.Split(' ')[0]));
        Assert.Contains("2 in all.", table.Output, StringComparison.Ordinal);

        var json = JsonDocument.Parse(Assert.Single(Lines((await Run("", "search", "--person", "4711", "--official", "suzuki", "--side", "asked", "--format", "json")).Output))).RootElement;
        Assert.Equal(("asked", "suzuki", "4711", "FOUND", "total_income"),
            (Text(json, "side"), Text(json, "official"), Text(json, "person"), Text(json, "outcome"), Text(json, "withheld")));
        var csv = Lines((await Run("", "search", "--from", "2026-04-01", "--limit", "1", "--format", "csv")).Output);
        Assert.Equal(2, csv.Length);
        Assert.Contains("4712", csv[1], StringComparison.Ordinal);

        var readings = await Run("", "readings", "--format", "csv");
        Assert.Contains("search,person 4711; official suzuki; side asked,1", readings.Output, StringComparison.Ordinal);
        Assert.Contains("search,person 4711,2", readings.Output, StringComparison.Ordinal);
        Assert.Contains(Environment.UserName, readings.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_old_is_archived_read_there_and_purged_and_what_is_younger_is_not_without_a_legal_reason()
    {
        var archived = await Run("", "archive", "--until", "2018-12-31", "--output", At("2018.archive"));
        Assert.Equal((0, ""), (archived.Code, archived.Errors));
        Assert.Contains("Wrote 1 entries asked and 0 answered", archived.Output, StringComparison.Ordinal);
        Assert.Contains("1 in all.", (await Run("", "search", "--person", "4711", "--journal", At("2018.archive"))).Output, StringComparison.Ordinal);

        var refused = await Run("", "purge", "--until", "2026-04-02");
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Contains("journal_retention", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("Purged 1 entries asked", (await Run("", "purge", "--until", "2018-12-31")).Output, StringComparison.Ordinal);
        Assert.Contains("Purged 1 entries asked", (await Run("", "purge", "--until", "2026-04-02", "--legal-reason", "Personal Information Protection Act, art. 99")).Output, StringComparison.Ordinal);
        Assert.Contains("1 in all.", (await Run("", "search")).Output, StringComparison.Ordinal);
        var purges = Lines((await Run("", "purges", "--format", "csv")).Output);
        Assert.Equal(3, purges.Length);
        Assert.EndsWith("\"Personal Information Protection Act, art. 99\"", purges[1], StringComparison.Ordinal);
        Assert.Contains($"journal {At("2018.archive")}", (await Run("", "readings")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_until_a_day_to_come_ends_now()
    {
        using (var keys = JournalKeys.Read(At("journal.keys")))
        await using (var journal = AgencyJournal.Open(new JournalOptions(At("state/journal.db")), keys, TimeProvider.System))
            await journal.Write(Entry("4713", "sato", "2190-01-01T00:00:00Z", 4));
        Assert.Contains("Purged 3 entries asked", (await Run("", "purge", "--until", "2199-12-31", "--legal-reason", "art. 99")).Output, StringComparison.Ordinal);
        Assert.Contains("1 in all.", (await Run("", "search")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_finds_draws_and_says_that_it_is_no_proof()
    {
        await File.WriteAllTextAsync(At("colleagues"), "4712\n", TestContext.Current.CancellationToken);
        var review = await Run("", "review", "--from", "2026-04-01", "--until", "2026-04-30", "--colleagues", At("colleagues"));
        Assert.Equal((0, ""), (review.Code, review.Errors));
        Assert.Contains("COLLEAGUE: asked about somebody on the list of colleagues.", review.Output, StringComparison.Ordinal);
        Assert.Contains("no proof of anything", review.Output, StringComparison.Ordinal);
        Assert.Contains("2 entries drawn at random", review.Output, StringComparison.Ordinal);
        var rows = Lines((await Run("", "review", "--from", "2026-04-01", "--until", "2026-04-30", "--colleagues", At("colleagues"), "--format", "json")).Output);
        Assert.Equal(["COLLEAGUE", "SAMPLE", "SAMPLE"], rows.Select(row => Text(JsonDocument.Parse(row).RootElement, "pattern")));
    }

    [Fact]
    public async Task A_key_is_added_and_what_was_sealed_before_is_still_found()
    {
        Assert.Contains("now holds 2 keys", (await Run("", "add-key")).Output, StringComparison.Ordinal);
        Assert.Contains("2 in all.", (await Run("", "search", "--official", "sato")).Output, StringComparison.Ordinal);
        JournalKeys.Create(At("other.keys"));
        File.Move(At("other.keys"), At("journal.keys"), overwrite: true);
        var unopened = await Run("", "search");
        Assert.Equal(1, unopened.Code);
        Assert.Contains("KEY_MISSING", unopened.Output, StringComparison.Ordinal);
        Assert.Contains("restore the key file", unopened.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_that_is_killed_has_deleted_what_its_record_says_and_the_next_one_ends_it()
    {
        await Fill(3000);
        var store = new SqliteStore(At("state/journal.db"), Durability.Disk);
        var records = new JournalPurge(store, TimeProvider.System);
        await Killed(() => records.Records().Count > 0, "purge", "--until", "2018-12-31");
        var record = Assert.Single(records.Records());
        Assert.Null(record.FinishedUnixMs);
        Assert.InRange(record.Asked, 1, 3000);
        Assert.Equal(3003 - record.Asked, Entries(store));

        Assert.Contains($"Purged {3001 - record.Asked} entries asked", (await Run("", "purge", "--until", "2018-12-31")).Output, StringComparison.Ordinal);
        Assert.Equal(2, Entries(store));
        Assert.Equal(3001, records.Records().Sum(one => one.Asked));
    }

    [Fact]
    public async Task An_archive_that_is_killed_leaves_no_archive_and_the_journal_whole()
    {
        await Fill(20_000);
        await Killed(() => File.Exists(At("2018.archive.partial")), "archive", "--until", "2018-12-31", "--output", At("2018.archive"));
        Assert.False(File.Exists(At("2018.archive")));
        Assert.Equal(20_003, Entries(new SqliteStore(At("state/journal.db"), Durability.Disk)));

        Assert.Contains("Wrote 20001 entries asked", (await Run("", "archive", "--until", "2018-12-31", "--output", At("2018.archive"))).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("2018.archive.partial")));
        Assert.Equal(20_001, Entries(new SqliteStore(At("2018.archive"), Durability.Disk)));
    }

    [Fact]
    public async Task The_journals_key_is_made_by_itself_and_refused_where_the_journal_is()
    {
        var made = await Program("", ["init-keys", "--journal-keys", At("state/new.keys")]);
        Assert.Equal((0, ""), (made.Code, made.Errors));
        JournalKeys.Read(At("state/new.keys")).Dispose();
        Assert.Contains("Give --keys, --journal-keys or both", (await Program("", ["init-keys"])).Errors, StringComparison.Ordinal);

        await File.WriteAllTextAsync(At("adapter.yaml"), (await File.ReadAllTextAsync(At("adapter.yaml"), TestContext.Current.CancellationToken)).Replace("journal_keys: journal.keys", "journal_keys: state/new.keys", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var refused = await Run("", "search");
        Assert.Equal(1, refused.Code);
        Assert.Contains("'journal_keys' lies in the state folder", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_command_lines_are_told()
    {
        foreach (var (line, says) in new (string[], string)[]
        {
            (["search", "--outcome", "NOT_PERMITED"], "did you mean 'NOT_PERMITTED'"), (["search", "--from", "yesterday"], "A time is a day"), (["search", "--limit", "0"], "--limit is 1 to 100000"),
            (["search", "--request-id", "12"], "32 hexadecimal digits"), (["purge"], "--until"), (["archive", "--until", "2018-12-31"], "--output"), (["review", "--days", "1"], "--days is 2 to 366"),
            (["search", "--journal", "nowhere.db"], "does not exist"),
        })
        {
            var run = await Run("", line);
            Assert.True(run.Code != 0 && run.Errors.Contains(says, StringComparison.Ordinal), string.Join(' ', line) + "\n" + run.Output + run.Errors);
        }
    }

    async Task Fill(int entries)
    {
        using var keys = JournalKeys.Read(At("journal.keys"));
        await using var journal = AgencyJournal.Open(new JournalOptions(At("state/journal.db")), keys, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, entries).Select(i => journal.Write(Entry("4711", "sato", "2018-05-01T00:00:00Z", i)).AsTask()));
    }

    static long Entries(SqliteStore store)
    {
        using var file = store.OpenToRead();
        using var command = file.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM asked) + (SELECT count(*) FROM answered)";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Runs a command and kills it as soon as it is on its way.</summary>
    async Task Killed(Func<bool> isUnderWay, params string[] arguments)
    {
        using var process = Started(["journal", .. arguments, "--config", At("adapter.yaml")]);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!isUnderWay())
        {
            Assert.False(process.HasExited, "it ended before it was killed");
            await timer.WaitForNextTickAsync();
        }
        process.Kill();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
    }

    static AskedEntry Entry(string person, string official, string at, int request) => new()
    {
        TimeUnixMs = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
        RequestId = ByteString.CopyFrom([.. BitConverter.GetBytes(request), .. new byte[12]]),
        Counterpart = "jp.tax",
        Task = "benefit-eligibility",
        DataSet = "tax.income.v1",
        Kind = LookupKind.Cold,
        Official = official,
        CaseId = "case-1",
        Person = person,
        Withheld = [(uint)Records.Tax.V1.IncomeStatement.TotalIncomeFieldNumber],
        Status = AnswerStatus.Found,
    };

    string At(string name) => Path.Combine(folder, name);

    Task<(int Code, string Output, string Errors)> Run(string input, params string[] arguments) => Program(input, ["journal", .. arguments, "--config", At("adapter.yaml")]);

    static Process Started(IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("dotnet", [typeof(TownHall).Assembly.Location, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    static async Task<(int Code, string Output, string Errors)> Program(string input, IEnumerable<string> arguments)
    {
        using var process = Started(arguments);
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
