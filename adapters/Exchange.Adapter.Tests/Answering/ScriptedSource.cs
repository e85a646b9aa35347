using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>Reads as the test says.</summary>
sealed class ScriptedSource(DataSetContract contract, Func<string, CancellationToken, Task<SourceRecord?>> read) : IRecordSource
{
    public event Action<string?>? Changed
    {
        add { }
        remove { }
    }

    public DataSetContract Contract => contract;

    public ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation) => new(read(person, cancellation));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
