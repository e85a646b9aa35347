using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Lists;

namespace Exchange.Adapter.Commands.Files;

/// <summary>Works through a file, many lines at once, and leaves a file of results. Neither is held in memory.</summary>
public static class FileRun
{
    public const int Done = 0, SomeNotKnown = 1, CouldNotRun = 2;

    /// <param name="lines">Read anew each time.</param>
    /// <exception cref="ListException">The file, or one that is there for the results, cannot be used.</exception>
    /// <exception cref="IOException">Results cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Stopped before anybody was asked.</exception>
    public static async Task<int> Run<TLine>(FileJob<TLine> job, IEnumerable<TLine> lines, string results, ListScreen screen, CancellationToken stop)
        where TLine : FileLine
    {
        // 1. Every line is read, and whatever is wrong with it told.
        var asked = new Dictionary<int, UInt128>();
        var (read, bad) = (0, 0);
        var reading = Task.Run(Read, stop);
        await screen.Reading(() => Volatile.Read(ref read), reading).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        if (bad > ListScreen.MostMistakes)
            screen.Say($"and {bad - ListScreen.MostMistakes} lines more, all named beside the answers");

        // 2. What was answered before is not asked again.
        using var book = new ResultBook(results, job.Asked, job.Told, job.IsAnswer, asked);
        var known = book.Known;
        var open = asked.Count - known;
        screen.Say($"{read} {job.What}: {open} to ask, {known} answered before, {bad} bad.");
        if (book.Unfit > 0)
            screen.Say($"{book.Unfit} answers that are there fit no line any more, which has other cells or is asked otherwise, such as on another day; they stay in {results}.old or {results}.part.old.");

        // 3. The rest is asked, and each result written as it comes.
        var done = 0;
        var running = Parallel.ForEachAsync(lines.Where(line => !book.Has(line)), new ParallelOptions { MaxDegreeOfParallelism = job.AtOnce, CancellationToken = stop }, async (line, cancelled) =>
        {
            if (line.Mistake is { } mistake)
            {
                book.Add(line, new FileResult(ResultBook.BadLine, [], mistake, TimeSpan.Zero));
                return;
            }
            if (!asked.TryGetValue(line.Number, out var first) || first != CellDigest.Of(line.Cells))
                throw new ListException($"line {line.Number} is another one than a moment ago: the file is being written. What was answered is kept in {results}.part; begin again when the file is whole.");
            book.Add(line, await job.Ask(line, cancelled).ConfigureAwait(false));
            Interlocked.Increment(ref done);
        });
        await screen.Progress(open, () => Volatile.Read(ref done), running).ConfigureAwait(false);
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            screen.Say($"Interrupted after {done} of {open}. What was answered is kept in {results}.part; the same command goes on from there.");
            return SomeNotKnown;
        }
        catch (LocalApiException e)
        {
            screen.Say($"{e.Message} {done} of {open} were answered and are kept in {results}.part; the same command goes on from there.");
            return done == 0 ? CouldNotRun : SomeNotKnown;
        }

        // 4. In the order of the lines.
        book.Finish();
        var outcomes = book.Outcomes.ToList();
        screen.Outcomes(outcomes, done);
        var without = outcomes.Where(one => !job.IsAnswer(one.Key)).Sum(one => one.Value);
        screen.Say($"The answers are {results}.{(without > 0 ? $" {without} {job.What} have none, and say why; the same command asks them again." : "")}");
        return without > 0 ? SomeNotKnown : Done;

        void Read()
        {
            foreach (var line in lines)
            {
                stop.ThrowIfCancellationRequested();
                if (line.Mistake is null)
                    asked.Add(line.Number, CellDigest.Of(line.Cells));
                else if (++bad <= ListScreen.MostMistakes)
                    screen.Say($"line {line.Number}: {line.Mistake}");
                Volatile.Write(ref read, read + 1);
            }
        }
    }
}
