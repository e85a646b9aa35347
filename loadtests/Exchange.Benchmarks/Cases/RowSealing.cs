using BenchmarkDotNet.Attributes;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Benchmarks.Running;
using Exchange.Benchmarks.Samples;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Benchmarks.Cases;

/// <summary>Rows of an agency's journal: content written, indexes of person and official made, sealed. Without the database.</summary>
public class RowSealing
{
    string folder = "";
    JournalKeys keys = null!;
    RowSealer sealer = null!;
    AskedEntry asked = null!;
    AnsweredEntry answered = null!;

    [GlobalSetup]
    public void Open()
    {
        folder = StateFolder.Make("journal");
        JournalKeys.Create(Path.Combine(folder, "journal.keys"));
        keys = JournalKeys.Read(Path.Combine(folder, "journal.keys"));
        sealer = new RowSealer(keys.Newest);
        asked = Filled(new AskedEntry { Counterpart = Parties.Tax, Receipt = IncomeLookup.Receipt(1_000_000) });
        answered = Filled(new AnsweredEntry { Counterpart = Parties.Town });
    }

    [GlobalCleanup]
    public void Close()
    {
        sealer.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark]
    public int Asked() => sealer.Seal("asked", asked, asked.Receipt).Sealed.Length;

    [Benchmark]
    public int Answered() => sealer.Seal("answered", answered, null).Sealed.Length;

    static T Filled<T>(T entry) where T : JournalEntry => entry with
    {
        TimeUnixMs = 1_790_000_000_000,
        RequestId = IncomeLookup.Bytes(16),
        Task = IncomeLookup.Task,
        DataSet = IncomeLookup.DataSet,
        Kind = LookupKind.Warm,
        Official = IncomeLookup.Official,
        CaseId = IncomeLookup.Case,
        Person = IncomeLookup.Person,
        Granted = IncomeLookup.Fields,
        Status = AnswerStatus.Found,
        AsOfUnixMs = 1_790_000_000_000,
        Header = IncomeLookup.Bytes(130),
        Question = IncomeLookup.Question().ToByteString(),
        QuestionCommitment = IncomeLookup.Bytes(32),
        Answer = IncomeLookup.Answer().ToByteString(),
        AnswerCommitment = IncomeLookup.Bytes(32),
    };
}
