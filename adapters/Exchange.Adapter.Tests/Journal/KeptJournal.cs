using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Journal;

/// <summary>A journal with its keys in a folder of its own, and entries to put into it.</summary>
sealed class KeptJournal : IDisposable
{
    /// <summary>9:00 of 1 April 2026 in Japan.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    readonly List<IDisposable> held = [];

    public KeptJournal()
    {
        JournalKeys.Create(KeyFile);
        Keys = Hold(JournalKeys.Read(KeyFile));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("exchange-kept-").FullName;

    public string KeyFile => this["journal.keys"];

    public string Path => this["state/journal.db"];

    public string this[string name] => System.IO.Path.Combine(Folder, name);

    public JournalKeys Keys { get; private set; }

    public SqliteStore Store => new(Path, Durability.Disk);

    public AgencyJournal Write(TimeProvider? time = null) => AgencyJournal.Open(new JournalOptions(Path), Keys, time ?? TimeProvider.System);

    public JournalFile Read(string? path = null) => Hold(JournalFile.Open(path ?? Path, Keys));

    public Readings Readings => new(Store, Keys, TimeProvider.System);

    /// <summary>One more key, as of the next start.</summary>
    public void AddKey()
    {
        JournalKeys.Add(KeyFile);
        Keys = Hold(JournalKeys.Read(KeyFile));
    }

    public async Task Add(params JournalEntry[] entries)
    {
        await using var journal = Write();
        foreach (var entry in entries)
            await (entry is AskedEntry asked ? journal.Write(asked) : journal.Write((AnsweredEntry)entry));
    }

    public static AskedEntry Asked(string official, string person, double day = 0, string caseId = "case-1", string task = "resident-tax", AnswerStatus status = AnswerStatus.Found, int request = 1) => new()
    {
        TimeUnixMs = Begin.AddDays(day).ToUnixTimeMilliseconds(),
        RequestId = Id(request),
        Counterpart = "jp.tax",
        Task = task,
        DataSet = "tax.income.v1",
        Kind = LookupKind.Cold,
        Official = official,
        CaseId = caseId,
        Person = person,
        Status = status,
        QuestionCommitment = Id(100 + request),
        AnswerCommitment = Id(200 + request),
        Receipt = new Receipt { Log = "hub-1", Index = (ulong)request, LeafHash = Id(300 + request), RequestId = Id(request) },
    };

    public static AnsweredEntry Answered(string official, string person, double day = 0, string requester = "jp.mun.131016", int request = 1) => new()
    {
        TimeUnixMs = Begin.AddDays(day).ToUnixTimeMilliseconds(),
        RequestId = Id(request),
        Counterpart = requester,
        Task = "resident-tax",
        DataSet = "tax.income.v1",
        Kind = LookupKind.Warm,
        Official = official,
        CaseId = "case-1",
        Person = person,
        Status = AnswerStatus.Found,
    };

    public static ByteString Id(int number) => ByteString.CopyFrom([.. BitConverter.GetBytes(number), .. new byte[12]]);

    public void Dispose()
    {
        held.ForEach(one => one.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    T Hold<T>(T one)
        where T : IDisposable
    {
        held.Add(one);
        return one;
    }
}
