using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Caching;

/// <summary>Counts the reads of a source and can hold their answers back.</summary>
sealed class WatchedSource(IRecordSource inner) : IRecordSource
{
    volatile TaskCompletionSource? held;
    int reads;

    public event Action<string?>? Changed;

    public DataSetContract Contract => inner.Contract;

    public int Reads => reads;

    public TaskCompletionSource Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void RaiseChanged(string? person) => Changed?.Invoke(person);

    public async ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation)
    {
        var found = await inner.Find(person, question, cancellation);
        Interlocked.Increment(ref reads);
        if (held is { } until)
            await until.Task;
        return found;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
