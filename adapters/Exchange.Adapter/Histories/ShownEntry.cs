using System.Globalization;
using Exchange.Adapter.Journal;
using Exchange.Hosting.Calendar;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.History.V1;

namespace Exchange.Adapter.Histories;

/// <summary>
/// A lookup as the person it was about is shown it. Official and case are the other agency's and never stand in it, nor does
/// anything that was asked or told.
/// </summary>
static class ShownEntry
{
    /// <summary>Characters of a legal basis, as a matrix may have them; so that any entry fits a page.</summary>
    const int LongestBasis = 300;

    public static HistoryEntry Of(AnsweredEntry entry)
    {
        var shown = new HistoryEntry
        {
            Time = LegalDay.InJapan(DateTimeOffset.FromUnixTimeMilliseconds(entry.TimeUnixMs)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            Requester = entry.Counterpart,
            Task = entry.Task,
            DataSet = entry.DataSet,
            LegalBasis = Clip(entry.LegalBasis),
            Outcome = OutcomeOf(entry.Status),
            RequestId = Convert.ToHexStringLower(entry.RequestId.Span),
        };
        if (entry.Status != AnswerStatus.Found)
            return shown;
        shown.Predicates.Add(Answer.Parser.ParseFrom(entry.Answer).Verdicts.Select(one => one.Predicate));
        var contract = DataSetCatalogue.All.FirstOrDefault(known => known.Id == entry.DataSet);
        shown.Fields.Add(entry.Granted.Select(field => contract?.FieldName(field) ?? field.ToString(CultureInfo.InvariantCulture)));
        return shown;
    }

    static Outcome OutcomeOf(AnswerStatus status) => status switch
    {
        AnswerStatus.Found => Outcome.Found,
        AnswerStatus.NotFound => Outcome.NotFound,
        AnswerStatus.Withheld => Outcome.Withheld,
        AnswerStatus.Pending => Outcome.Pending,
        AnswerStatus.Quarantined => Outcome.Quarantined,
        AnswerStatus.IdentityMismatch => Outcome.IdentityMismatch,
        AnswerStatus.Unavailable => Outcome.Unavailable,
        AnswerStatus.NoRecord => Outcome.NoRecord,
        _ => Outcome.NothingTold,
    };

    /// <summary>Never within a letter of two.</summary>
    static string Clip(string text) => text.Length <= LongestBasis ? text : text[..(char.IsHighSurrogate(text[LongestBasis - 1]) ? LongestBasis - 1 : LongestBasis)];
}
