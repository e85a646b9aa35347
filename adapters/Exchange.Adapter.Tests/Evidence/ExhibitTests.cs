using System.Security.Cryptography;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>One exchange is opened and proven, from the journal alone or afresh, and nothing in its file can be changed unseen.</summary>
public sealed class ExhibitTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-exhibit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_journal_alone_proves_everything_where_the_log_shows_hashes_alone()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Show = (tile, bytes) => tile.Level == Tile.Entries ? null : bytes;
        var (_, receipt) = await Exchanged(agency);

        var exhibit = Maker(agency).Make(receipt.RequestId.ToByteArray(), null);

        Assert.All(Check(agency, exhibit), one => Assert.True(one.IsGood, one.Says));
        Assert.Equal(receipt.LeafHash, TreeHash.Leaf(exhibit.Entry!));
        Assert.Equal("provider", exhibit.Role);
    }

    [Fact]
    public async Task Where_hashes_alone_are_shown_a_receipt_that_was_lost_is_proven_to_have_a_place_in_the_log()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Show = (tile, bytes) => tile.Level == Tile.Entries ? null : bytes;
        var (_, receipt) = await Exchanged(agency, isGiven: false);
        var id = receipt.RequestId.ToByteArray();

        var exhibit = Maker(agency).Make(id, new GivenReceipt("hub-1", receipt.Index, receipt.LeafHash.ToByteArray(), id));
        exhibit = await ExhibitMaker.Afresh(exhibit, Place(agency), TestContext.Current.CancellationToken);

        Assert.Equal(
            [("checkpoint", true), ("witness", true), ("inclusion", true), ("entry", null), ("question", null), ("answer", null)],
            Check(agency, exhibit).Select(one => (one.Name, one.IsGood)));
    }

    [Fact]
    public async Task With_the_entry_everything_is_proven_and_told_in_words()
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency);

        var findings = Check(agency, exhibit);

        Assert.All(findings, one => Assert.True(one.IsGood, one.Says));
        Assert.Equal(["checkpoint", "witness", "inclusion", "entry", "parties", "question", "answer"], findings.Select(one => one.Name));
        using var told = new StringWriter();
        ExhibitReport.Write(told, asJson: false, exhibit, findings);
        foreach (var word in new[] { "official-7", "case-9", "2025", "1234567", "jp.mun.131016", "tax.income.v1", "Proven." })
            Assert.Contains(word, told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_it_is_checked_without_anything_else_and_holds_one_entry_alone()
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency);
        var file = Path.Combine(folder, "exhibit.json");
        await File.WriteAllTextAsync(file, exhibit.ToJson(), TestContext.Current.CancellationToken);

        var read = Exhibit.Read(file);

        Assert.All(Check(agency, read), one => Assert.True(one.IsGood, one.Says));
        var neighbours = AuditEntries(agency).Where(entry => !entry.AsSpan().SequenceEqual(exhibit.Entry));
        Assert.All(neighbours, entry => Assert.DoesNotContain(Convert.ToBase64String(AuditEntry.Parser.ParseFrom(entry).Lookup.RequestId.Span), exhibit.ToJson(), StringComparison.Ordinal));
    }

    public static TheoryData<string, string, LogFault> Changes => new()
    {
        { "question", "question", LogFault.CommitmentMismatch },
        { "answer", "answer", LogFault.CommitmentMismatch },
        { "header", "question", LogFault.CommitmentMismatch },
        { "both", "answer", LogFault.CommitmentMismatch },
        { "entry", "entry", LogFault.EntryChanged },
        { "index", "inclusion", LogFault.NotIncluded },
        { "path", "inclusion", LogFault.NotIncluded },
        { "log", "inclusion", LogFault.ReceiptLog },
        { "request", "entry", LogFault.ReceiptRequestId },
        { "checkpoint", "checkpoint", LogFault.CheckpointForged },
        { "uncosigned", "witness", LogFault.WitnessMissing },
        { "another", "parties", LogFault.HeaderDiffers },
        { "agency", "parties", LogFault.HeaderDiffers },
        { "role", "parties", LogFault.HeaderDiffers },
        { "no role", "parties", LogFault.HeaderDiffers },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whatever_is_changed_in_it_is_named(string what, string name, LogFault fault)
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency, entryOf: what == "another" ? "jp.mun.999999" : null);
        var forged = Turned(exhibit.Answer);
        var other = new byte[32];
        MessageCommitment.Compute(exhibit.Header, forged, other);

        exhibit = what switch
        {
            "question" => exhibit with { Question = Turned(exhibit.Question) },
            "answer" => exhibit with { Answer = forged },
            "header" => exhibit with { Header = Turned(exhibit.Header) },
            // An answer of one's own with a commitment that fits it.
            "both" => exhibit with { Answer = forged, AnswerCommitment = other },
            "entry" => exhibit with { Entry = Turned(exhibit.Entry!) },
            "index" => exhibit with { Receipt = exhibit.Receipt with { Index = 0 } },
            "path" => exhibit with { Path = [Turned(exhibit.Path[0]), .. exhibit.Path.Skip(1)] },
            "log" => exhibit with { Receipt = exhibit.Receipt with { Log = "hub-2" } },
            "request" => exhibit with { Receipt = exhibit.Receipt with { RequestId = new byte[16] } },
            "checkpoint" => exhibit with { Checkpoint = exhibit.Checkpoint.Replace("hub-1\n7\n", "hub-1\n8\n", StringComparison.Ordinal) },
            "uncosigned" => exhibit with { Checkpoint = string.Join('\n', exhibit.Checkpoint.Split('\n').Where(line => !line.Contains("commission", StringComparison.Ordinal))) },
            "agency" => exhibit with { Agency = "jp.police" },
            "role" => exhibit with { Role = "requester" },
            "no role" => exhibit with { Role = "judge" },
            _ => exhibit,
        };

        Assert.Contains((name, fault), Check(agency, exhibit).Where(one => one.IsGood == false).Select(one => (one.Name, one.Fault)));
    }

    [Fact]
    public async Task Whose_journal_it_is_out_of_cannot_be_changed_where_no_entry_is_shown_either()
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency) with { Entry = null, Agency = "jp.police" };
        Assert.Contains(Check(agency, exhibit), one => one is { Name: "parties", IsGood: false, Fault: LogFault.HeaderDiffers });
    }

    [Fact]
    public async Task The_status_is_told_beneath_what_is_proven_as_the_word_of_the_journal()
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency) with { Status = "NOT_FOUND" };
        using var table = new StringWriter();
        ExhibitReport.Write(table, asJson: false, exhibit, Check(agency, exhibit));
        using var json = new StringWriter();
        ExhibitReport.Write(json, asJson: true, exhibit, Check(agency, exhibit));

        Assert.DoesNotContain("NOT_FOUND", table.ToString()[..table.ToString().IndexOf("Never proven", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("word of that journal alone: status NOT_FOUND.", table.ToString(), StringComparison.Ordinal);
        var told = System.Text.Json.JsonDocument.Parse(json.ToString()).RootElement;
        Assert.False(told.GetProperty("exchange").TryGetProperty("status", out _));
        Assert.Equal("NOT_FOUND", told.GetProperty("not_proven").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Another_receipt_than_the_journals_is_refused_and_so_is_a_request_it_does_not_have()
    {
        await using var agency = await WatchingAgency.Start();
        var (_, receipt) = await Exchanged(agency);
        var other = new GivenReceipt("hub-1", receipt.Index + 1, receipt.LeafHash.ToByteArray(), receipt.RequestId.ToByteArray());

        var refused = Assert.Throws<FormatException>(() => Maker(agency).Make(other.RequestId, other));
        Assert.Contains($"hub-1:{receipt.Index}:", refused.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Maker(agency).Make(new byte[16], null));
    }

    [Fact]
    public async Task An_answer_whose_receipt_was_lost_is_proven_with_the_one_of_the_other_agency()
    {
        await using var agency = await WatchingAgency.Start();
        var (_, receipt) = await Exchanged(agency, isGiven: false);
        var id = receipt.RequestId.ToByteArray();
        Assert.Throws<FormatException>(() => Maker(agency).Make(id, null));

        var exhibit = Maker(agency).Make(id, new GivenReceipt("hub-1", receipt.Index, receipt.LeafHash.ToByteArray(), id));
        exhibit = await ExhibitMaker.Afresh(exhibit, Place(agency), TestContext.Current.CancellationToken);

        Assert.All(Check(agency, exhibit), one => Assert.True(one.IsGood, one.Says));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "exhibit": 2 }""")]
    [InlineData("null")]
    public async Task What_is_no_exhibit_is_said_to_be_none(string text)
    {
        var file = Path.Combine(folder, "nonsense.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        Assert.Contains("no exhibit", Assert.Throws<FormatException>(() => Exhibit.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hash_that_is_null_makes_it_no_exhibit()
    {
        await using var agency = await WatchingAgency.Start();
        var file = Path.Combine(folder, "null.json");
        var exhibit = await Whole(agency);
        await File.WriteAllTextAsync(
            file, exhibit.ToJson().Replace($"\"{Convert.ToHexStringLower(exhibit.Path[0])}\"", "null", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains("no exhibit", Assert.Throws<FormatException>(() => Exhibit.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_changes_to_every_part_of_it_are_told_in_words_and_never_proven()
    {
        await using var agency = await WatchingAgency.Start();
        var exhibit = await Whole(agency);
        for (var i = 0; i < 2000; i++)
        {
            var changed = (i % 4) switch
            {
                0 => exhibit with { Header = Noise(exhibit.Header) },
                1 => exhibit with { Question = Noise(exhibit.Question) },
                2 => exhibit with { Answer = Noise(exhibit.Answer) },
                _ => exhibit with { Entry = Noise(exhibit.Entry!) },
            };
            var findings = Check(agency, changed);
            using var told = new StringWriter();
            ExhibitReport.Write(told, asJson: i % 8 < 4, changed, findings);
            Assert.Contains(findings, one => one.IsGood == false);
            Assert.DoesNotContain("Proven.", told.ToString(), StringComparison.Ordinal);
        }

        static byte[] Noise(byte[] bytes)
        {
            var other = bytes.ToArray();
            other[RandomNumberGenerator.GetInt32(other.Length)] ^= (byte)RandomNumberGenerator.GetInt32(1, 256);
            return other;
        }
    }

    static async Task<Exhibit> Whole(WatchingAgency agency, string? entryOf = null)
    {
        var (_, receipt) = await Exchanged(agency, entryOf);
        return await ExhibitMaker.Afresh(Maker(agency).Make(receipt.RequestId.ToByteArray(), null), Place(agency), TestContext.Current.CancellationToken);
    }

    /// <summary>An exchange between others, as the provider has it, with its neighbours in the log, and proven.</summary>
    internal static async Task<(AnsweredEntry Entry, Receipt Receipt)> Exchanged(WatchingAgency agency, string? entryOf = null, bool isGiven = true)
    {
        var header = new Header
        {
            SessionId = ByteString.CopyFrom(new byte[16]),
            Sequence = 1,
            Requester = "jp.mun.131016",
            Provider = "jp.tax",
            Node = "node-1",
            Task = "benefit-eligibility",
            DataSet = "tax.income.v1",
            RequesterEpoch = 1,
            TimeUnixMs = 1_790_000_000_000,
            Kind = LookupKind.Cold,
        }.ToByteString();
        var question = new Question { Query = new IncomeQuestion { Year = 2025 }.ToByteString(), Official = "official-7", CaseId = "case-9", Blind = ByteString.CopyFrom(new byte[32]) }.ToByteString();
        var answer = new Answer { Record = new IncomeStatement { Year = 2025, TotalIncome = 1_234_567 }.ToByteString(), Blind = ByteString.CopyFrom(new byte[32]) }.ToByteString();
        byte[] asked = new byte[32], told = new byte[32];
        MessageCommitment.Compute(header.Span, question.Span, asked);
        MessageCommitment.Compute(header.Span, answer.Span, told);
        agency.Log.Grow(3);
        var receipt = agency.Log.Add(new LookupEvent
        {
            Requester = entryOf ?? "jp.mun.131016",
            Provider = "jp.tax",
            Task = "benefit-eligibility",
            DataSet = "tax.income.v1",
            Kind = LookupKind.Cold,
            Outcome = AuditOutcome.Answered,
            QuestionCommitment = ByteString.CopyFrom(asked),
            AnswerCommitment = ByteString.CopyFrom(told),
        });
        agency.Log.Grow(3);
        var entry = new AnsweredEntry
        {
            TimeUnixMs = 1_790_000_000_000,
            RequestId = receipt.RequestId,
            Counterpart = "jp.mun.131016",
            Status = AnswerStatus.Found,
            Header = header,
            Question = question,
            QuestionCommitment = ByteString.CopyFrom(asked),
            Answer = answer,
            AnswerCommitment = ByteString.CopyFrom(told),
        };
        await agency.Journal.Write(entry);
        if (isGiven)
            await agency.Journal.Write(new GivenReceipts([receipt], 1));
        agency.Log.Publish();
        await agency.Look();
        return (entry, receipt);
    }

    [Fact]
    public async Task An_exchange_is_proven_out_of_an_archive_as_out_of_the_journal()
    {
        await using var agency = await WatchingAgency.Start();
        var (entry, _) = await Exchanged(agency);
        var archive = agency.JournalPath + ".archive";
        JournalArchive.Write(agency.Read(), long.MaxValue, archive, new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System), CancellationToken.None);

        var exhibit = new ExhibitMaker("jp.tax", agency.Read(archive)).Make(entry.RequestId.ToByteArray(), null);

        Assert.DoesNotContain(Check(agency, exhibit), finding => finding.IsGood == false);
        Assert.Contains(Check(agency, exhibit), finding => finding is { Name: "inclusion", IsGood: true });
    }

    static ExhibitMaker Maker(WatchingAgency agency) => new("jp.tax", agency.Read());

    static IReadOnlyList<Finding> Check(WatchingAgency agency, Exhibit exhibit) => ExhibitCheck.Run(exhibit, agency.Log.Key, [agency.Log.Witness]);

    static LogInHand Place(WatchingAgency agency) => new(agency.Log);

    static IEnumerable<byte[]> AuditEntries(WatchingAgency agency)
    {
        var entries = new byte[]?[agency.Log.Size];
        Assert.Null(EntryBundle.Split(agency.Log.Read(new Tile(Tile.Entries, 0, entries.Length).Path), "", entries));
        return entries.Select(entry => entry!);
    }

    static byte[] Turned(byte[] bytes)
    {
        var other = bytes.ToArray();
        other[^1] ^= 1;
        return other;
    }

    /// <summary>The same pages without a socket.</summary>
    internal sealed class LogInHand(ShownLog log) : LogPlace
    {
        public override string Where => "here";

        public override void Dispose()
        {
        }

        protected override Task<byte[]?> Read(string path, int largest, CancellationToken cancelled) => Task.FromResult(log.Read(path));
    }
}
