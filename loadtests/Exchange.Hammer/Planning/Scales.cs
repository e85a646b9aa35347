using System.Buffers.Binary;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Gateway.Audit;
using Exchange.Hammer.Appending;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Hammer.Planning;

/// <summary>Weighs what one lookup leaves behind: writes some thousands into a log and two journals as they ship, and looks how large the files are.</summary>
sealed class Scales(string folder)
{
    /// <summary>Enough that a page begun and not filled does not count.</summary>
    const int Lookups = 2000;

    /// <summary>Written at once, as a busy adapter does.</summary>
    const int Together = 500;

    /// <summary>Each is looked up ten times, so that the index of persons is one.</summary>
    const int Persons = Lookups / 10;

    const long Begin = 1_790_000_000_000;

    static readonly ByteString hash = ByteString.CopyFrom(new byte[32]);
    static readonly ByteString logged = LogAppends.Entry(0, 0).ToByteString();

    static readonly ByteString record = new IncomeStatement
    {
        Year = 2025,
        AssessmentState = AssessmentState.Assessed,
        TotalIncome = 4_321_000,
        TaxableIncome = 2_987_000,
        TotalDeductions = 1_334_000,
        Dependants = 2,
        MunicipalIncomeLevy = 179_200,
        PrefecturalIncomeLevy = 119_400,
    }.ToByteString();

    readonly Dictionary<int, (double Asked, double Answered)> journals = [];
    double entry;

    /// <param name="hashes">In each proof: it grows with the log.</param>
    public async Task<Weights> Weigh(int hashes)
    {
        if (entry == 0)
            entry = await Log().ConfigureAwait(false);
        if (!journals.TryGetValue(hashes, out var journal))
            journals[hashes] = journal = (await Asked(hashes).ConfigureAwait(false), await Answered(hashes).ConfigureAwait(false));
        return new Weights(entry, journal.Asked, journal.Answered, hashes);
    }

    async Task<double> Log()
    {
        var path = Path.Combine(folder, "audit.db");
        await using (var log = AuditLog.Open(new AuditOptions(path, LogAppends.LogName), TimeProvider.System))
            for (var from = 0; from < Lookups; from += Together)
                await Task.WhenAll(Enumerable.Range(from, Together).Select(i => log.Append(LogAppends.Entry(i, i)).AsTask())).ConfigureAwait(false);
        return PerLookup(path);
    }

    Task<double> Asked(int hashes) => Journal($"asked-{hashes}.db", hashes, async journal =>
    {
        for (var from = 0; from < Lookups; from += Together)
            await Task.WhenAll(Enumerable.Range(from, Together).Select(i => journal.Write(Filled(new AskedEntry { Counterpart = "jp.tax", Receipt = Receipt(i) }, i)).AsTask())).ConfigureAwait(false);
    });

    Task<double> Answered(int hashes) => Journal($"answered-{hashes}.db", hashes, async journal =>
    {
        for (var from = 0; from < Lookups; from += Together)
        {
            await Task.WhenAll(Enumerable.Range(from, Together).Select(i => journal.Write(Filled(new AnsweredEntry { Counterpart = "jp.mun.131016" }, i)).AsTask())).ConfigureAwait(false);
            await journal.Write(new GivenReceipts([.. Enumerable.Range(from, Together).Select(Receipt)], Begin + from)).ConfigureAwait(false);
        }
    });

    async Task<double> Journal(string name, int hashes, Func<AgencyJournal, Task> write)
    {
        var path = Path.Combine(folder, name);
        var keyFile = Path.ChangeExtension(path, "keys");
        JournalKeys.Create(keyFile);
        using (var keys = JournalKeys.Read(keyFile))
        await using (var journal = AgencyJournal.Open(new JournalOptions(path), keys, TimeProvider.System))
        {
            await write(journal).ConfigureAwait(false);
            // No two in one tile, as with a town in a large country; of a busy agency they have most hashes in common.
            var beside = Enumerable.Range(0, hashes).Select(_ => new byte[TreeHash.Length]).ToArray();
            for (var from = 0; from < Lookups; from += Together)
                await journal.Write(new ProvenReceipts(
                    new KeptCheckpoint(LogAppends.LogName, (ulong)(from + Together), new string('x', 400), Begin),
                    [.. Enumerable.Range(from + 1, Together).Select(id => Alone(id, beside))], [])).ConfigureAwait(false);
        }
        return PerLookup(path);
    }

    static TileProof Alone(int id, byte[][] beside)
    {
        var proof = new TileProof.Builder((ulong)id);
        proof.Add(new WaitingReceipt(id, (ulong)id * Tile.FullWidth, [], []), beside);
        return proof.Build();
    }

    static T Filled<T>(T entry, int number) where T : JournalEntry => entry with
    {
        TimeUnixMs = Begin + number,
        RequestId = RequestId(number),
        Task = "benefit-eligibility",
        DataSet = DataSetCatalogue.Income.Id,
        Kind = LookupKind.Warm,
        Official = $"official-{number % 20}",
        CaseId = $"2026-{number:000000}",
        Person = $"R{number % Persons:000000000}",
        Granted = [1, 2, 3, 4, 5, 11, 12, 13],
        Status = AnswerStatus.Found,
        AsOfUnixMs = Begin,
        Header = new Header
        {
            SessionId = ByteString.CopyFrom(new byte[16]),
            Sequence = (ulong)number + 1,
            Requester = "jp.mun.131016",
            Provider = "jp.tax",
            Node = "0123456789abcdef",
            Task = "benefit-eligibility",
            DataSet = DataSetCatalogue.Income.Id,
            RequesterEpoch = 1,
            TimeUnixMs = Begin,
            Kind = LookupKind.Warm,
        }.ToByteString(),
        Question = new Question { Query = new IncomeQuestion { Year = 2025 }.ToByteString(), Official = "official-1", CaseId = "2026-000000", Blind = hash }.ToByteString(),
        QuestionCommitment = hash,
        Answer = new Answer { Record = record, Freshness = new Freshness { AsOfUnixMs = Begin }, Blind = hash }.ToByteString(),
        AnswerCommitment = hash,
    };

    static Receipt Receipt(int number) => new() { Log = LogAppends.LogName, Index = (ulong)number, LeafHash = hash, RequestId = RequestId(number), Entry = logged };

    /// <summary>They rise with time, as those of the hub do.</summary>
    static ByteString RequestId(int number)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, Begin + number);
        return UnsafeByteOperations.UnsafeWrap(id);
    }

    /// <summary>The write-ahead log was copied back when the store was closed.</summary>
    static double PerLookup(string path) => Math.Round((double)new FileInfo(path).Length / Lookups, 1);
}
