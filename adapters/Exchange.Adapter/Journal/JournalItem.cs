namespace Exchange.Adapter.Journal;

/// <summary>Whatever the journal's writer takes: an exchange, or what proves that the hub's log has it.</summary>
public abstract record JournalItem
{
    /// <summary>What it weighs against the writer's limits, in bytes.</summary>
    internal abstract int Size { get; }
}
