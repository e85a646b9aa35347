namespace Exchange.Hammer.Contenders;

/// <summary>Something that is asked. Every answer is compared with what it must be.</summary>
interface IContender
{
    /// <summary>Short, constant, in every result.</summary>
    string Name { get; }

    /// <summary>How many may ask at once without asking the same thing.</summary>
    int MaximumSlots { get; }

    /// <summary>Asks once.</summary>
    /// <param name="slot">Who asks, from 0; each asks one thing at a time.</param>
    /// <param name="slots">How many ask.</param>
    /// <param name="turn">Counts up for each slot.</param>
    /// <returns>Null when the answer was right; otherwise what was wrong. It says nothing about a person.</returns>
    /// <exception cref="Load.CallFailedException">There was no answer.</exception>
    Task<string?> Ask(int slot, int slots, long turn);
}
