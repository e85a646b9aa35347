using Exchange.V1;

namespace Exchange.Protocol.Sessions;

/// <summary>Which of the last 8,192 sequence numbers were used. Each is admitted once; what lies before the window, never.</summary>
sealed class ReplayWindow
{
    public const int Size = 8192;

    const int BitsPerWord = 64;

    readonly Lock gate = new();
    readonly ulong[] used = new ulong[Size / BitsPerWord];
    ulong highest;

    /// <summary>To be called only after the AEAD has opened: a forged number must not move the window.</summary>
    /// <returns>UNSPECIFIED when admitted, else SEQUENCE_REPLAYED or SEQUENCE_TOO_OLD.</returns>
    public Reason Admit(ulong sequence)
    {
        lock (gate)
        {
            if (sequence + Size <= highest)
                return Reason.SequenceTooOld;
            if (sequence > highest)
                Advance_NeedsLock(sequence);
            ref var word = ref used[sequence / BitsPerWord % (ulong)used.Length];
            var bit = 1UL << (int)(sequence % BitsPerWord);
            if ((word & bit) != 0)
                return Reason.SequenceReplayed;
            word |= bit;
            return Reason.Unspecified;
        }
    }

    void Advance_NeedsLock(ulong to)
    {
        if (to - highest >= Size)
            Array.Clear(used);
        else
            for (var sequence = highest + 1; sequence <= to; sequence++)
                used[sequence / BitsPerWord % (ulong)used.Length] &= ~(1UL << (int)(sequence % BitsPerWord));
        highest = to;
    }
}
