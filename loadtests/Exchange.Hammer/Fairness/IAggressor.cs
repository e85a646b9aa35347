namespace Exchange.Hammer.Fairness;

/// <summary>Somebody who asks far more than others, or does worse.</summary>
interface IAggressor : IAsyncDisposable
{
    /// <summary>For people: what it does.</summary>
    string What { get; }

    /// <summary>Returns once it is at it.</summary>
    /// <exception cref="Load.VoidRunException">It is not.</exception>
    Task Begin(CancellationToken stop);

    /// <summary>Makes it stop, for this round.</summary>
    /// <returns>What it had done.</returns>
    /// <exception cref="Load.VoidRunException">It was not at it until now.</exception>
    Task<Deeds> End();
}

/// <summary>What an aggressor did in one half.</summary>
/// <param name="Asked">Questions, or people of a list that were linked.</param>
/// <param name="Answered">Of them.</param>
/// <param name="Refused">Of them, by the reason.</param>
/// <param name="Seconds">For which it was at it: somewhat longer than the half.</param>
/// <param name="Unread">Bytes that lay unread in the socket of whoever stopped reading; null where nobody did.</param>
sealed record Deeds(long Asked, long Answered, IReadOnlyDictionary<string, long> Refused, double Seconds, long? Unread);
