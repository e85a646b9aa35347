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
/// question, each is asked, side by side; whether the law allows it is the hub's to say, as ever.
/// </summary>
public sealed class ResidenceRouting(AdapterOptions options, AgencyData data, People people, Asker asker)
{
    /// <summary>More overlapping moves than this are a mistake in the record, not a doubt.</summary>
    const int MostCandidates = 4;

    public async Task<AskOutcome> Ask(AskRequest request, CancellationToken cancelled)
    {
        if (!Residence.Names(request.Provider))
            return await asker.Ask(request, cancelled).ConfigureAwait(false);
        var (candidates, refusal) = await Candidates(request, cancelled).ConfigureAwait(false);
        if (refusal is not null)
            return AskOutcome.Refused(refusal);
        if (candidates.Count == 1)
        {
            var outcome = await asker.Ask(request with { Provider = candidates[0] }, cancelled).ConfigureAwait(false);
            return outcome.Refusal is null ? outcome : outcome with { Provider = candidates[0] };
        }

        using var activity = AdapterMetrics.Activities.Start("ask by residence", ActivityKind.Internal, request.Traceparent);
        var beneath = activity is null ? request : request with { Traceparent = TraceContext.Write(activity) };
        var outcomes = await Task.WhenAll(candidates.Select(one => asker.Ask(beneath with { Provider = one }, cancelled))).ConfigureAwait(false);
        return CandidateAnswers.Combine(candidates, outcomes);
    }

    async ValueTask<(IReadOnlyList<string> Candidates, Refusal? Refusal)> Candidates(AskRequest request, CancellationToken cancelled)
    {
        if (!Residence.TryParse(request.Provider, out var on))
            return ([], Reasons.Refuse(Reason.QuestionInvalid, "After 'residence:' stands a date, such as residence:2025-01-01."));
        if (!people.TryFind(request.Person, out _))
            return ([], Reasons.Refuse(Reason.PersonUnknown));
        if (data.Residences is not { } residences)
            return ([], Unknown("The sources file of this agency has no 'residences', so it does not know where anybody lived.", "Describe them in the sources file, or name the municipality."));
        IReadOnlyList<Move> moves;
        try
        {
            moves = await residences.Find(request.Person, cancelled).ConfigureAwait(false);
        }
        catch (SourceException unread)
        {
            return ([], unread.Refusal);
        }
        var there = moves.Where(move => move.Covers(on.Value)).ToArray();
        if (there.Length == 0)
            return ([], Unknown($"This agency does not know where the person lived on {Day(on.Value)}; it knows {Known(moves)}.", "Correct the record of moves, or name the municipality."));
        var candidates = there.Where(move => !move.IsAbroad).Select(move => Agency(move.Municipality)).Distinct().ToArray();
        if (candidates.Length == 0)
            return ([], Reasons.Refuse(Reason.ResidenceAbroad));
        if (candidates.Contains(options.Agency))
            return ([], Unknown("The person lived in this municipality itself on that day.", "Read your own record."));
        return candidates.Length > MostCandidates
            ? ([], Unknown($"By the record of moves the person lived in {candidates.Length} municipalities on {Day(on.Value)}.", "Correct the record of moves, or name the municipality."))
            : (candidates, null);
    }

    /// <summary>The agency of a municipality is named by its local government code.</summary>
    public static string Agency(string municipality) => "jp.mun." + municipality;

    static Refusal Unknown(string message, string remedy)
    {
        var refusal = Reasons.Refuse(Reason.ProviderUnknown, message);
        refusal.Remedy = remedy;
        return refusal;
    }

    static string Known(IReadOnlyList<Move> moves) => moves.Count == 0 ? "no move"
        : string.Join("; ", moves.Select(move => $"{(move.IsAbroad ? "abroad" : Agency(move.Municipality))} from {Day(move.From)}{(move.Until is { } until ? $" until {Day(until)}" : "")}"));

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
