using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>Works through a file of questions, and leaves a file of answers.</summary>
static class AskFile
{
    const int AtOnce = 16;

    /// <param name="otherwise">What is asked where a line does not say.</param>
    /// <inheritdoc cref="FileRun.Run{TLine}"/>
    public static async Task<int> Run(LocalCall call, string questions, CsvFormat format, string answers, PersonQuestion otherwise, ListScreen screen, TimeProvider time, CancellationToken stop)
    {
        var lines = QuestionFile.Read(questions, format, otherwise);
        using var channel = call.Open();
        var adapter = new LookupCaller(channel, call.Headers(), time);
        var dataSet = otherwise.DataSet;
        var predicates = otherwise.Predicates;
        var job = new FileJob<QuestionLine>(
            "lines", [.. QuestionFile.Columns(dataSet)],
            [.. predicates.Count > 0 ? predicates.SelectMany(name => (string[])[$"predicate.{name}", $"version.{name}"]) : dataSet.FieldNames.Select(name => "record." + name), "withheld", "identity", "as_of", "copy_seconds", "answered_by", "log", "index", "request_ids"], ToldAnswer.IsAnswer, AtOnce)
        {
            Ask = async (line, cancelled) => Result(await adapter.Ask(line.Question!, waits: true, cancelled).ConfigureAwait(false), dataSet, predicates),
        };
        return await FileRun.Run(job, lines, answers, screen, stop).ConfigureAwait(false);
    }

    static FileResult Result(ToldAnswer told, DataSetContract dataSet, IReadOnlyList<string> predicates) => new(
        told.Outcome,
        [
            .. predicates.Count > 0 ? predicates.SelectMany(name => Cells(told.Verdicts.FirstOrDefault(one => one.Predicate == name))) : RecordCells.Of(dataSet.Record, told.Record), string.Join(' ', told.Withheld), told.IdentityChecked switch { true => "checked", false when told.Outcome == "FOUND" => "not_checked", _ => "" }, told.Freshness?.AsOf is { } asOf ? AnswerScreen.Japan(asOf) : "",
            told.Freshness?.CachedAge is { } age ? age.Seconds.ToString(CultureInfo.InvariantCulture) : "", told.Provider, told.Receipt?.Log ?? "",
            told.Receipt is { } receipt ? receipt.Index.ToString(CultureInfo.InvariantCulture) : "", string.Join(' ', told.RequestIds),
        ],
        told.Message, told.RetryAfter);

    static string[] Cells(Verdict? verdict) => verdict is null ? ["", ""] : [ToldAnswer.Name(verdict.Truth), verdict.Version];
}
