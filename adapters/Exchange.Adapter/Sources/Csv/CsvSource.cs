using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>Records in a CSV file, and the elements of each of their lists in another.</summary>
public sealed class CsvSource : IRecordSource
{
    readonly CsvFile records;
    readonly RecordMapping mapping;
    readonly IReadOnlyList<CsvList> lists;

    internal CsvSource(DataSetContract contract, CsvFile records, RecordMapping mapping, IReadOnlyList<CsvList> lists, SourceLimits limits)
    {
        Contract = contract;
        this.records = records;
        this.mapping = mapping;
        this.lists = lists;
        foreach (var file in Files)
            file.Watch(limits.Poll, () => Changed?.Invoke(null));
    }

    public event Action<string?>? Changed;

    public DataSetContract Contract { get; }

    /// <summary>Of the file of records.</summary>
    public CsvState State => records.State;

    /// <summary>For whoever keeps the files: of each that is not used, or not wholly, why.</summary>
    public IEnumerable<string> Troubles => Files.Select(file => file.Trouble).OfType<string>();

    public ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var span = SourceTelemetry.Start(Contract.Id, "csv");
        try
        {
            if (records.Find(person, question, Contract.Id) is not { } found)
                return ValueTask.FromResult<SourceRecord?>(null);
            var record = StoredRecord.Read(found.Rows[0], Contract.Record);
            foreach (var list in lists)
                record = mapping.NotAfter(record, list.AddTo(record.Record, Contract.Id, person, question));
            return ValueTask.FromResult<SourceRecord?>(mapping.Complete(record));
        }
        catch (SourceException e)
        {
            throw SourceTelemetry.Failed(span, e);
        }
    }

    /// <summary>Looks at the files now. True when a new one took the place of an old.</summary>
    public async Task<bool> Poll()
    {
        var any = false;
        foreach (var file in Files)
            any |= await file.Poll();
        return any;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in Files)
            await file.DisposeAsync();
    }

    IEnumerable<CsvFile> Files => [records, .. lists.Select(list => list.File)];
}
