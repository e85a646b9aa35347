using Agency.V1;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>A town decides on benefits: one call asks the tax agency, the pension service and other towns about every member of a household.</summary>
static class Eligibility
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;

        tell.Chapter("A household applies for a benefit: one call, three agencies, a decision with its reasons");
        var poor = Household(scene, one => one.All(member => member.State == 'E' && member.TotalIncome < 400_000));
        var eligible = await Decided(scene, poor, Decision.Eligible, cancelled).ConfigureAwait(false);
        Show(tell, eligible);

        tell.Chapter("Somebody who moved: the town of 1 January is asked, and a known figure decides");
        var (answer, problem) = await scene.Osaka.Decide(Request(scene, [scene.Mover]), cancelled).ConfigureAwait(false);
        Scene.Expect(answer?.Decision == Decision.NotEligible, $"Osaka was answered {problem?.Reason ?? answer!.Decision.ToString()} where a taxed income was known.");
        Scene.Expect(answer!.Facts.Any(fact => fact.Provider == ExchangePlan.Chiyoda), "Chiyoda was not asked, though the person lived there on 1 January.");
        Show(tell, answer);

        tell.Chapter("Nothing was declared: that is not an income of zero");
        var undeclared = Household(scene, one => one.Any(member => member is { State: 'U', IsChild: false }) && one.All(member => member.State != 'A' || member.IsChild));
        Show(tell, await Decided(scene, undeclared, Decision.Undecided, cancelled).ConfigureAwait(false));

        tell.Chapter("The pension service is away: no wrong \"no\", and exactly what is missing");
        await scene.Exchange.Kill(ExchangePlan.Pension).ConfigureAwait(false);
        Show(tell, await Decided(scene, poor, Decision.Undecided, cancelled).ConfigureAwait(false));
        await scene.Exchange.StartAgency(scene.Folder.Agency(ExchangePlan.Pension), cancelled).ConfigureAwait(false);
        tell.Say("The pension service is back, and the same call decides again:");
        Show(tell, await Decided(scene, poor, Decision.Eligible, cancelled).ConfigureAwait(false));

        await OneTrace.Tell(scene, "The first of these decisions as one trace through five processes", eligible.TraceId, processes: 5, cancelled).ConfigureAwait(false);
    }

    /// <summary>A household of Chiyoda, nobody of whom moved, that is as wanted.</summary>
    static Resident[] Household(Scene scene, Func<IReadOnlyList<Resident>, bool> isWanted) =>
        scene.Folder.ResidentsOf(scene.Chiyoda.Agency)
            .Where(one => one is { MovedTo: null, WasAbroad: false, IsUnknownToTax: false, DrawsPension: false })
            .GroupBy(one => one.Household).Where(one => one.Count() == 3)
            .Select(one => one.ToArray()).First(one => isWanted(one));

    /// <summary>A start takes a moment to be known to everybody: until then it is asked again.</summary>
    static async Task<EligibilityResponse> Decided(Scene scene, IReadOnlyList<Resident> household, Decision due, CancellationToken cancelled)
    {
        var started = scene.Time.GetTimestamp();
        while (true)
        {
            var (answer, problem) = await scene.Chiyoda.Decide(Request(scene, household), cancelled).ConfigureAwait(false);
            if (answer?.Decision == due)
                return answer;
            if (scene.Time.GetElapsedTime(started) > patience)
                throw new StoryException($"The decision was {problem?.Reason ?? answer!.Decision.ToString()} where {due} was due.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), scene.Time, cancelled).ConfigureAwait(false);
        }
    }

    static EligibilityRequest Request(Scene scene, IReadOnlyList<Resident> members) => new()
    {
        Members = { members.Select(one => new EligibilityMember { Person = one.TownKey, BornOn = $"{one.BornOn:yyyy-MM-dd}" }) },
        Official = "a.sato@welfare",
        CaseId = $"household-{scene.Time.GetUtcNow():yyyy}-{members[0].Household}",
    };

    static void Show(Narrator tell, EligibilityResponse answer)
    {
        var colour = answer.Decision switch { Decision.Eligible => "green", Decision.NotEligible => "red", _ => "yellow" };
        tell.Say($"[{colour} bold]{answer.Decision.ToString().ToUpperInvariant()}[/] by {answer.Programme} {answer.RuleVersion}, {Markup.Escape(answer.LegalBasis)}:");
        foreach (var step in answer.Steps)
            tell.Say("  " + Markup.Escape(step));
        if (answer.Facts.Count > 0)
        {
            var table = Narrator.Table("person", "figure", "value", "from", "as of", "entry");
            foreach (var fact in answer.Facts)
                table.AddRow(fact.Person, fact.Name, fact.Value, fact.Provider, fact.Freshness?.AsOf is { } asOf ? $"{asOf.ToDateTime():yyyy-MM-dd}" : "", fact.Receipt is { } receipt ? $"{receipt.Index}" : "own record");
            tell.Show(table);
        }
        if (answer.Missing.Count == 0)
            return;
        var missing = Narrator.Table("person", "missing", "asked of", "reason", "what happened, and what to do");
        foreach (var one in answer.Missing)
            missing.AddRow(one.Person, one.Name, one.Provider, $"[yellow]{one.Reason}[/]", Markup.Escape(one.Message));
        tell.Show(missing);
    }
}
