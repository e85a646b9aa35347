using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>Works through a file of questions, many at once, and leaves a file of answers.</summary>
static class AskFile
{
    const int AtOnce = 16;

    /// <param name="otherwise">What is asked where a line does not say.</param>
    /// <exception cref="ListException">The file of questions, or one that is there for the answers, cannot be used.</exception>
    /// <exception cref="LocalApiException">Nothing can be asked.</exception>
    /// <exception cref="IOException">Answers cannot be written.</exception>
    public static async Task<int> Run(LocalCall call, string questions, CsvFormat format, string answers, PersonQuestion otherwise, ListScreen screen, TimeProvider time, CancellationToken stop)
    {
        // 1. Every line is read, and whatever is wrong with it told.
        var lines = QuestionFile.Read(questions, format, otherwise);
        var bad = lines.Where(line => line.Question is null).ToList();
        foreach (var line in bad.Take(ListScreen.MostMistakes))
            screen.Say($"line {line.Number}: {line.Mistake}");
        if (bad.Count > ListScreen.MostMistakes)
            screen.Say($"and {bad.Count - ListScreen.MostMistakes} lines more, all named beside the answers");

        // 2. What was answered before is not asked again.
        using var book = new AnswerBook(answers, otherwise.DataSet, otherwise.Task, lines);
        var open = lines.Where(line => line.Question is not null && !book.Has(line)).ToList();
        screen.Say($"{lines.Count} lines: {open.Count} to ask, {book.Known} answered before, {bad.Count} bad.");
        foreach (var line in bad)
            book.AddBad(line, otherwise.DataSet, otherwise.Task);

        // 3. The rest is asked, and each answer written as it comes.
        using var channel = call.Open();
        var adapter = new LookupCaller(channel, call.Headers(), time);
        var done = 0;
        var running = Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (line, cancelled) =>
        {
            var told = await adapter.Ask(line.Question!, waits: true, cancelled).ConfigureAwait(false);
            book.Add(line, told, otherwise.DataSet, otherwise.Task);
            Interlocked.Increment(ref done);
        });
        await screen.Progress(open.Count, () => Volatile.Read(ref done), running).ConfigureAwait(false);
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            screen.Say($"Interrupted after {done} of {open.Count}. What was answered is kept in {answers}.part; the same command goes on from there.");
            return AskCommand.SomeNotKnown;
        }
        catch (LocalApiException e)
        {
            screen.Say($"{e.Message} {done} of {open.Count} were answered and are kept in {answers}.part; the same command goes on from there.");
            return done == 0 ? AskCommand.CouldNotRun : AskCommand.SomeNotKnown;
        }

        // 4. In the order of the questions.
        book.Finish();
        screen.Outcomes(book.Outcomes, done);
        var without = book.Outcomes.Where(one => !ToldAnswer.IsAnswer(one.Key)).Sum(one => one.Value);
        screen.Say($"The answers are {answers}.{(without > 0 ? $" {without} lines have none, and say why; the same command asks them again." : "")}");
        return without > 0 ? AskCommand.SomeNotKnown : AskCommand.Done;
    }
}
