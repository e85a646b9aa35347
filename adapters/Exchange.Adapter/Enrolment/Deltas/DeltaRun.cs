using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <summary>
/// Does what a file of changes says, line by line. Who is to be enrolled is gathered until a batch is full, and done before
/// anything else is done with one of them. Each line says how a person is from then on, whatever was before; so a file that
/// is done again from its beginning ends where it ended the first time, also when the first time ended in the middle.
/// </summary>
/// <param name="enroller">For people of whom these have an officially changed number.</param>
sealed class DeltaRun(People people, Func<ChangedNumbers, Enroller> enroller, DeltaFormat format)
{
    /// <exception cref="SourceException">The file cannot be used as a whole, or from some line on; what stands before is done.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<DeltaResult> Run(string path, IProgress<EnrolmentProgress>? progress = null, CancellationToken cancellation = default)
    {
        var counts = default(DeltaCounts);
        var bad = new List<BadLine>();
        Refusal? refusal = null;
        var batch = new DeltaBatch(format.NumberColumn);
        foreach (var line in new DeltaFile(path, format).Read(bad.Add))
        {
            cancellation.ThrowIfCancellationRequested();
            if (batch.Holds(line.Key) || batch.Count == BlindedBatch.MaximumPeople)
                refusal = await Enrol();
            if (refusal is not null)
                break;
            Do(line);
        }
        refusal ??= await Enrol();
        return new DeltaResult(counts, [.. bad.OrderBy(line => line.Line)], people.Quarantined(), refusal);

        void Do(DeltaLine line)
        {
            if (line.IsOfKnownPerson && !people.TryFind(line.Key, out _))
                bad.Add(new BadLine(line.Line, format.KeyColumn, Reason.PersonUnknown, line.Change == Change.Removed ? "nobody is enrolled under this key, so nobody was removed" : "nobody is enrolled under this key"));
            else if (line.Change == Change.MovedOut)
                counts = counts with { MovedOut = counts.MovedOut + 1 };
            else if (line.Change == Change.Died)
                counts = counts with { Died = counts.Died + 1 };
            else if (line.Change != Change.Removed)
                batch.Add(line);
            else if (people.Remove(line.Key))
                counts = counts with { Removed = counts.Removed + 1 };
        }

        async Task<Refusal?> Enrol()
        {
            if (batch.Count == 0)
                return null;
            var result = await enroller(batch.Changed).Run(batch, bad.Add, progress, cancellation).ConfigureAwait(false);
            counts = counts with { Enrolled = counts.Enrolled + result.Counts };
            batch = new DeltaBatch(format.NumberColumn);
            return result.Refusal;
        }
    }
}
