using Exchange.Adapter.Asking;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Routing;

/// <summary>One outcome of several providers that were asked the same about one person.</summary>
static class CandidateAnswers
{
    /// <summary>
    /// Who holds the person is the answer, with what each of the others said beside it: whoever was silent may hold the
    /// person too. Two that do and agree are one answer, the fresher; two that differ are RECORDS_CONFLICT. Where nobody
    /// holds the person, a refusal stands before a NOT_FOUND: not known is not a no.
    /// </summary>
    /// <param name="outcomes">Of whole records: two that agree on a first page may differ on the second.</param>
    public static AskOutcome Combine(IReadOnlyList<string> providers, IReadOnlyList<AskOutcome> outcomes)
    {
        var candidates = providers.Zip(outcomes, (provider, outcome) => new CandidateOutcome(provider, outcome.Refusal, outcome.Status, outcome.Receipts)).ToArray();
        var found = outcomes.Where(one => one is { Refusal: null, Status: AnswerStatus.Found }).ToArray();
        if (found.Length > 1 && found.Any(one => one.Record != found[0].Record || !one.Verdicts.SequenceEqual(found[0].Verdicts)))
            return AskOutcome.Refused(Reasons.Refuse(Reason.RecordsConflict,
                $"{string.Join(" and ", found.Select(one => one.Provider))} hold the person, and their records differ.")) with
            { Candidates = candidates };
        var chosen = found.MaxBy(one => one.Freshness?.AsOfUnixMs ?? 0)
            ?? outcomes.FirstOrDefault(one => one.Refusal is not null)
            ?? outcomes.FirstOrDefault(one => one.Status != AnswerStatus.NotFound)
            ?? outcomes[0];
        return chosen with { Candidates = candidates };
    }
}
