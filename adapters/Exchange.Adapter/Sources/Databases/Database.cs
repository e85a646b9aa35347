using System.Data.Common;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Reads a database: each reading when the gate lets it, within a time limit and of one snapshot.</summary>
/// <param name="name">What is read, in messages: a data set, or residences.</param>
abstract class Database(string name, SourceLimits limits, QueryGate gate, TimeProvider time) : IAsyncDisposable
{
    /// <summary>In spans.</summary>
    public abstract string Kind { get; }

    /// <summary>Unix milliseconds of the file's last write; 0 where there is no file.</summary>
    public virtual long FileUnixMs => 0;

    /// <summary>Runs statements one after another against one state of the database.</summary>
    /// <param name="take">Reads what comes; each call of its argument gives the rows of the next statement.</param>
    /// <param name="question">Null for statements that ask for the person alone.</param>
    /// <returns>The default when a key or a question fits no row of the first statement's table.</returns>
    /// <exception cref="SourceException">It cannot be read in time, or <paramref name="take"/> refuses what it holds.</exception>
    public async Task<T?> Read<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
    {
        using var span = SourceTelemetry.Start(name, Kind);
        using var limit = new CancellationTokenSource(limits.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await gate.Enter(either.Token);
            var reading = ReadInTurn(statements, person, question, take, either.Token);
            // A driver that does not listen keeps its turn until it ends; the caller does not wait for it.
            return await reading.WaitAsync(either.Token);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            throw SourceTelemetry.Failed(span, new SourceException(name, $"no answer within {limits.Timeout.TotalSeconds} s"));
        }
        catch (SourceException e)
        {
            throw SourceTelemetry.Failed(span, e);
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException or DllNotFoundException)
        {
            throw SourceTelemetry.Failed(span, new SourceException(name, Explain(e)));
        }
        // What a driver throws for a cell that no type of .NET holds; its words quote the cell.
        catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException or ArgumentException or NotSupportedException)
        {
            throw SourceTelemetry.Failed(span, new SourceException(name, $"a cell cannot be read ({e.GetType().Name})"));
        }
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract Task<T?> Run<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation);

    /// <summary>What happened, in words that hold no value of the database or of the question.</summary>
    protected abstract string Explain(Exception exception);

    async Task<T?> ReadInTurn<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
    {
        try
        {
            return await Run(statements, person, question, take, cancellation);
        }
        finally
        {
            gate.Leave();
        }
    }
}

/// <summary>The rows of the next statement; those before are done with.</summary>
delegate Task<DbDataReader> NextRows();
