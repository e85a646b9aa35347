namespace Exchange.Adapter.Jobs;

/// <summary>A line in which one at a time has its turn, in the order of their coming. For many threads.</summary>
sealed class WaitingLine
{
    readonly Lock changing = new();
    readonly LinkedList<TaskCompletionSource> waiting = [];

    // Guarded by changing. Whoever waits is let in by whoever has the turn, so nobody waits while nobody has it.
    bool isTaken;

    /// <summary>Nobody has the turn, and nobody waits for it.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (changing)
                return !isTaken;
        }
    }

    /// <summary>Completes when it is the caller's turn, which lasts until <see cref="Pass"/>.</summary>
    /// <param name="first">Before everybody: for one whose turn came already.</param>
    /// <exception cref="OperationCanceledException">The caller has left the line.</exception>
    public async Task Take(bool first, CancellationToken cancelled)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (changing)
        {
            if (!isTaken)
            {
                isTaken = true;
                return;
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            place = first ? waiting.AddFirst(turn) : waiting.AddLast(turn);
        }
        using var leaving = cancelled.UnsafeRegister(_ => Leave(place, cancelled), null);
        await place.Value.Task.ConfigureAwait(false);
    }

    /// <summary>The turn goes to whoever is next.</summary>
    public void Pass()
    {
        lock (changing)
        {
            if (waiting.First is { } next)
            {
                waiting.RemoveFirst();
                next.Value.SetResult();
                return;
            }
            isTaken = false;
        }
    }

    void Leave(LinkedListNode<TaskCompletionSource> place, CancellationToken cancelled)
    {
        lock (changing)
        {
            // Whose turn has come is no longer in the line: it has the turn, and passes it on.
            if (place.List is null)
                return;
            waiting.Remove(place);
            place.Value.SetCanceled(cancelled);
        }
    }
}
