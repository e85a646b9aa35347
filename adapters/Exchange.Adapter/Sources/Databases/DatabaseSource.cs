using System.Data.Common;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in a database: one row each, and the rows of its lists.</summary>
class DatabaseSource(Database database, DataSetContract contract, DatabaseLayout layout, TimeProvider time) : IRecordSource
{
    readonly bool usesFileTime = layout.Mapping.AsOf.Origin == TimeOrigin.File || layout.Mapping.NextUpdate?.Origin == TimeOrigin.File;

    public event Action<string?>? Changed;

    public DataSetContract Contract { get; } = contract;

    public async ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation) =>
        await database.Read(layout.Statements, person, question, Take, cancellation);

    public virtual ValueTask DisposeAsync() => database.DisposeAsync();

    protected void RaiseChanged(string? person) => Changed?.Invoke(person);

    async Task<SourceRecord?> Take(NextRows next, CancellationToken cancellation)
    {
        if (await ReadRow(await next(), cancellation) is not { } record)
            return null;
        foreach (var (list, statement) in layout.Lists)
            await ReadList(list, statement, record.Record, await next(), cancellation);
        return layout.Mapping.Complete(record);
    }

    async Task<SourceRecord?> ReadRow(DbDataReader reader, CancellationToken cancellation)
    {
        var times = new RowTimes(time.GetUtcNow().ToUnixTimeMilliseconds(), usesFileTime ? database.FileUnixMs : 0);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var cells = new Cells(Contract.Id, reader, layout.Mapping.Row.Columns, layout.Row);
        if (layout.Mapping.TryBuild(cells.Read(), times, out var record) is { } wrong)
            throw new SourceException(Contract.Id, $"row 1 of the result: {wrong}");
        if (await reader.ReadAsync(cancellation))
            throw new SourceException(Contract.Id, "more than one row answers one question; add a column to 'match' or narrow the query");
        return record;
    }

    async Task ReadList(ListMapping list, Statement statement, IMessage record, DbDataReader reader, CancellationToken cancellation)
    {
        var elements = list.Of(record);
        var cells = new Cells(Contract.Id, reader, list.Row.Columns, statement);
        while (await reader.ReadAsync(cancellation))
        {
            if (elements.Count == list.Most)
                throw list.TooMany(Contract.Id);
            if (list.Row.TryBuild(cells.Read(), out var element) is { } wrong)
                throw new SourceException(Contract.Id, $"list '{list.Field.Name}', row {elements.Count + 1} of the result: {wrong}");
            elements.Add(element);
        }
    }
}
