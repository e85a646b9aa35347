using Records.History.V1;
using static Exchange.Protocol.DataSets.Meaning.MeaningRules;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What a history means, whoever's it is.</summary>
static class HistoryMeanings
{
    const int DayLength = 10;

    public static RecordMeaning History { get; } = RecordMeaning.Of<HistoryQuestion, History>("1.0",
    [
        new("entries.time", Unit.Time, "2026-04-01T09:30:00+09:00"),
        new("entries.requester", Unit.Code, "jp.mun.131016"),
        new("entries.task", Unit.Code, "benefit-eligibility"),
        new("entries.data_set", Unit.Code, "tax.income.v1"),
        new("entries.fields", Unit.Code, "total_income"),
        new("entries.predicates", Unit.Code, "low-income"),
        new("entries.legal_basis", Unit.Code, "Number Act article 19 (8), benefit eligibility"),
        new("entries.outcome", Unit.Name, "FOUND"),
        new("entries.request_id", Unit.Code, "0192c5f0a1b2c3d4e5f60718293a4b5c"),
        new("has_older", Unit.YesNo, "false"),
    ],
    [
        new("day-asked", "each entry is of the days that were asked for",
            (asked, told) => told.Entries.All(one => NotAfter(asked.From, Day(one)) && NotAfter(Day(one), asked.Until))),
        new("in-order", "entries stand newest first", (_, told) => InOrder(told.Entries.Select(one => one.Time).Reverse())),
        new("outcome-said", "the outcome of each entry is said", (_, told) => told.Entries.All(one => one.Outcome != Outcome.Unspecified)),
        new("told-when-found", "fields and predicates go with FOUND",
            (_, told) => told.Entries.All(one => one.Outcome == Outcome.Found || one.Fields.Count == 0 && one.Predicates.Count == 0)),
    ]);

    /// <summary>All times are Japan's.</summary>
    static string Day(HistoryEntry entry) => entry.Time.Length < DayLength ? "" : entry.Time[..DayLength];
}
