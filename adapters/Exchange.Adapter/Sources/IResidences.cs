namespace Exchange.Adapter.Sources;

/// <summary>The agency's own record of where its people live and lived.</summary>
public interface IResidences : IAsyncDisposable
{
    /// <param name="person">This agency's own key of the person.</param>
    /// <returns>Oldest first; empty when nothing is known. They may overlap where a record is in doubt.</returns>
    /// <exception cref="SourceException">The source cannot be read, or what it holds does not fit the mapping.</exception>
    ValueTask<IReadOnlyList<Move>> Find(string person, CancellationToken cancellation);
}
