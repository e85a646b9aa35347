using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>
/// Cosigns a checkpoint that goes on with all this key has cosigned of that log before, and no other: who signed it (1),
/// what was cosigned last (2), whether the one leads to the other (3), kept on disk (4), and only then the signature (5).
/// </summary>
sealed class Cosigner(
    IReadOnlyDictionary<string, NoteKey> logs, NoteSigner signer, WitnessState state, WitnessMetrics metrics, ILogger<Cosigner> log, TimeProvider time)
{
    // From what was cosigned last to the signature: two checkpoints that each follow it must not both be cosigned.
    readonly Lock gate = new();

    StoreFault? told;

    /// <param name="body">As it came.</param>
    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        var answer = Answer(body);
        metrics.Answered(answer.Outcome);
        return answer;
    }

    WitnessAnswer Answer(ReadOnlySpan<byte> body)
    {
        if (!AddCheckpoint.TryParse(body, out var request))
            return WitnessAnswer.Malformed("Write 'old SIZE', the lines of the proof, an empty line, and the checkpoint as a signed note.");

        // 1. Its own log alone speaks for it.
        if (!logs.TryGetValue(request.Origin, out var key))
            return WitnessAnswer.UnknownLog();
        if (!request.Note.IsSignedBy(key))
            return WitnessAnswer.NotSigned();
        if (!Checkpoint.TryParse(request.Note.Body, out var checkpoint) || checkpoint.Size > long.MaxValue)
            return WitnessAnswer.Malformed("What is signed is not a checkpoint of origin, size and root alone.");
        if (request.Old > checkpoint.Size)
            return WitnessAnswer.Malformed("The old size is larger than the checkpoint's.");

        lock (gate)
        {
            try
            {
                var answer = Follow_NeedsLock(request, checkpoint);
                told = null;
                return answer;
            }
            catch (StoreException e)
            {
                if (told != e.Fault)
                    Log.NotKept(log, e.Message);
                told = e.Fault;
                return WitnessAnswer.NotKept();
            }
        }
    }

    WitnessAnswer Follow_NeedsLock(AddCheckpoint request, Checkpoint checkpoint)
    {
        // 2. Of a log that is new here, the empty tree.
        var last = state.Last(checkpoint.Origin);
        var seen = last?.Checkpoint ?? new Checkpoint(checkpoint.Origin, 0, TreeHash.Empty());

        // 3. Two roots over as many entries need no proof: both are signed by the log.
        if (last is { } kept && checkpoint.Size == seen.Size && !checkpoint.Root.AsSpan().SequenceEqual(seen.Root))
            return Forked_NeedsLock(request, kept.Note, checkpoint);
        if (request.Old != seen.Size)
            return WitnessAnswer.Behind(seen.Size);
        if (!TreeProof.IsConsistent(seen.Size, seen.Root, checkpoint.Size, checkpoint.Root, request.Proof))
            return WitnessAnswer.NotProven();

        // 4. Whatever becomes of the answer, nothing else is cosigned in its place.
        if (last is null || checkpoint.Size > seen.Size)
            state.Keep(checkpoint, request.Note.ToString());

        // 5.
        return WitnessAnswer.Cosigned(signer.Cosign(request.Note.Body, time.GetUtcNow()));
    }

    WitnessAnswer Forked_NeedsLock(AddCheckpoint request, string cosigned, Checkpoint checkpoint)
    {
        if (state.KeepFork(checkpoint, cosigned, request.Note.ToString(), time.GetUtcNow()))
            Log.LogForked(log, checkpoint.Origin, checkpoint.Size);
        return WitnessAnswer.Fork(checkpoint.Size);
    }

    /// <summary>Logs that have forked, and over how many entries.</summary>
    /// <exception cref="StoreException">It cannot be told.</exception>
    public IReadOnlyList<(string Origin, long Size)> Forks()
    {
        lock (gate)
            return state.Forks();
    }
}
