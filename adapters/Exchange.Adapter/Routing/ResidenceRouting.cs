using System.Diagnostics;
using System.Globalization;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Routing;

/// <summary>
/// From "where the person lived on that day" to the municipality to ask. The moves are this agency's own record and are
/// read here: the hub sees one municipality asked, like any other. Where the record is in doubt and several come into
/// question, each is asked, side by side; whether the law allows it is the hub's to say, as ever. A doubt that no other
/// municipality could settle, between one and abroad or between this one and another, is refused.
/// </summary>
public sealed class ResidenceRouting(AdapterOptions options, AgencyData data, People people)
{
    /// <summary>More overlapping moves than this are a mistake in the record, not a doubt.</summary>
    const int MostCandidates = 4;

    /// <param name="ask">Of each provider. Where there are several, their records are read whole before they are compared.</param>
    public async Task<AskOutcome> Ask(AskRequest request, AskOnce ask, CancellationToken cancelled)
    {
        if (!Residence.Names(request.Provider))
            return await ask(request, cancelled).ConfigureAwait(false);
        var (candidates, refusal) = await Candidates(request, cancelled).ConfigureAwait(false);
        if (refusal is not null)
            return AskOutcome.Refused(refusal);
        if (candidates.Count == 1)
        {
            var outcome = await ask(request with { Provider = candidates[0] }, cancelled).ConfigureAwait(false);
            return outcome.Refusal is null ? outcome : outcome with { Provider = candidates[0] };
        }

        using var activity = AdapterMetrics.Activities.Start("ask by residence", ActivityKind.Internal, request.Traceparent);
        var beneath = activity is null ? request : request with { Traceparent = TraceContext.Write(activity) };
        var outcomes = await Task.WhenAll(candidates.Select(one => WholeRecord.Ask(ask, beneath with { Provider = one }, cancelled))).ConfigureAwait(false);
        return CandidateAnswers.Combine(candidates, outcomes);
    }

    async ValueTask<(IReadOnlyList<string> Candidates, Refusal? Refusal)> Candidates(AskRequest request, CancellationToken cancelled)
    {
        if (!Residence.TryParse(request.Provider, out var on))
            return ([], Reasons.Refuse(Reason.QuestionInvalid, "After 'residence:' stands a date, such as residence:2025-01-01."));
        if (!people.TryFind(request.Person, out _))
            return ([], Reasons.Refuse(Reason.PersonUnknown));
        if (data.Residences is not { } residences)
            return ([], Refuse(Reason.ProviderUnknown, "The sources file of this agency has no 'residences', so it does not know where anybody lived.", "Describe them in the sources file, or name the municipality."));
        IReadOnlyList<Move> moves;
        try
        {
            moves = await residences.Find(request.Person, cancelled).ConfigureAwait(false);
        }
        catch (SourceException unread)
        {
            return ([], unread.Refusal);
        }
        return Candidates(moves, on.Value);
    }

    (IReadOnlyList<string> Candidates, Refusal? Refusal) Candidates(IReadOnlyList<Move> moves, DateOnly on)
    {
        const string Correct = "Correct the record of moves, or name the municipality.";
        var there = moves.Where(move => move.Covers(on)).ToArray();
        if (there.Length == 0)
            return ([], Refuse(Reason.ResidenceUnknown, $"This agency does not know where the person lived on {Day(on)}; it knows {Known(moves)}.", Correct));
        var towns = there.Where(move => !move.IsAbroad).Select(move => Agency(move.Municipality)).Distinct().ToArray();
        if (towns.Length == 0)
            return ([], Reasons.Refuse(Reason.ResidenceAbroad));
        var isHere = towns.Contains(options.Agency);
        var isAbroad = there.Any(move => move.IsAbroad);
        if (isHere && !isAbroad && towns.Length == 1)
            return ([], Refuse(Reason.ProviderUnknown, "The person lived in this municipality itself on that day.", "Read your own record."));
        if (isHere || isAbroad)
            return ([], Refuse(Reason.RecordsConflict, $"By the record of moves the person lived in {string.Join(" and ", isAbroad ? [.. towns, "abroad"] : towns)} on {Day(on)}.", Correct));
        return towns.Length > MostCandidates
            ? ([], Refuse(Reason.ProviderUnknown, $"By the record of moves the person lived in {towns.Length} municipalities on {Day(on)}.", Correct))
            : (towns, null);
    }

    /// <summary>The agency of a municipality is named by its local government code.</summary>
    public static string Agency(string municipality) => "jp.mun." + municipality;

    static Refusal Refuse(Reason reason, string message, string remedy)
    {
        var refusal = Reasons.Refuse(reason, message);
        refusal.Remedy = remedy;
        return refusal;
    }

    static string Known(IReadOnlyList<Move> moves) => moves.Count == 0 ? "no move"
        : string.Join("; ", moves.Select(move => $"{(move.IsAbroad ? "abroad" : Agency(move.Municipality))} from {Day(move.From)}{(move.Until is { } until ? $" until {Day(until)}" : "")}"));

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
