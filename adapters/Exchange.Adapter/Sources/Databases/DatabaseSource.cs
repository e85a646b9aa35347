using System.Data.Common;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>One statement against a database, at most so many at a time and each within a time limit.</summary>
abstract class DatabaseSource(DataSetContract contract, RecordMapping mapping, Statement statement, SourceLimits limits, TimeProvider time) : IRecordSource
{
    readonly SemaphoreSlim gate = new(limits.Concurrency, limits.Concurrency);

    public event Action<string?>? Changed;

    public DataSetContract Contract { get; } = contract;

    protected RecordMapping Mapping { get; } = mapping;

    protected Statement Statement { get; } = statement;

    protected TimeProvider Time { get; } = time;

    public async ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation)
    {
        using var span = SourceTelemetry.Start(Contract.Id, Kind);
        using var limit = new CancellationTokenSource(limits.Timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await gate.WaitAsync(either.Token);
            var reading = ReadInTurn(person, question, either.Token);
            // A driver that does not listen keeps its turn until it ends; the caller does not wait for it.
            return await reading.WaitAsync(either.Token);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            throw SourceTelemetry.Failed(span, new SourceException(Contract.Id, $"no answer within {limits.Timeout.TotalSeconds} s"));
        }
        catch (SourceException e)
        {
            throw SourceTelemetry.Failed(span, e);
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw SourceTelemetry.Failed(span, new SourceException(Contract.Id, Explain(e)));
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        gate.Dispose();
        return ValueTask.CompletedTask;
    }

    protected abstract string Kind { get; }

    protected abstract Task<SourceRecord?> Read(string person, IMessage question, CancellationToken cancellation);

    /// <summary>What happened, in words that hold no value of the database or of the question.</summary>
    protected abstract string Explain(Exception exception);

    protected void RaiseChanged() => Changed?.Invoke(null);

    protected async Task<SourceRecord?> ReadOne(DbDataReader reader, long fileUnixMs, CancellationToken cancellation)
    {
        var times = new RowTimes(Time.GetUtcNow().ToUnixTimeMilliseconds(), fileUnixMs);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var cells = new object?[Mapping.Columns.Count];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = reader.GetValue(Statement.FromTable ? i : Ordinal(reader, Mapping.Columns[i]));
        if (Mapping.TryBuild(cells, times, out var record) is { } wrong)
            throw new SourceException(Contract.Id, $"row 1 of the result: {wrong}");
        if (await reader.ReadAsync(cancellation))
            throw new SourceException(Contract.Id, "more than one row answers one question; add a column to 'match' or narrow the query");
        return record;
    }

    int Ordinal(DbDataReader reader, string column)
    {
        for (var i = 0; i < reader.FieldCount; i++)
            if (reader.GetName(i) == column)
                return i;
        throw new SourceException(Contract.Id, $"the query no longer returns column '{column}'");
    }

    async Task<SourceRecord?> ReadInTurn(string person, IMessage question, CancellationToken cancellation)
    {
        try
        {
            return await Read(person, question, cancellation);
        }
        finally
        {
            gate.Release();
        }
    }
}
