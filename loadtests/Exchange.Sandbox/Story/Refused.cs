using Exchange.V1;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>A task without a row in the matrix: Chiyoda's own list lets its system ask, the hub does not.</summary>
static class Refused
{
    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("What no law permits: somebody's income for a parking permit");
        var call = await scene.Chiyoda.Ask(scene.IncomeOf(scene.NextResident(), "parking-permit"), cancelled).ConfigureAwait(false);
        Scene.Expect(call.Problem is not null, "A task without a row in the matrix was answered.");
        var problem = call.Problem!;
        var table = Narrator.Table("HTTP", "reason", "what happened", "what to do next");
        table.AddRow($"{problem.Status}", $"[red]{problem.Reason}[/]", Markup.Escape(problem.Detail), Markup.Escape(problem.Remedy));
        tell.Show(table);
        Scene.Expect(problem.RequestId.Length > 0, $"{problem.Reason} did not come from the hub.");
        var hub = scene.HubLog.Find(problem.RequestId);
        Scene.Expect(hub.Lookup.Outcome == AuditOutcome.Refused, "The hub's log does not call it refused.");
        tell.Say($"The tax agency never heard of it; the hub's log has it: {Views.Entry(hub, null)}.");
        var permitted = await scene.Chiyoda.WhatMayIAsk(cancelled).ConfigureAwait(false);
        tell.Say($"\nWhat this caller may ask, with fields and legal basis, is told by [bold]GET {scene.Chiyoda.Agency.LocalApi}v1/grants[/]:");
        table = Narrator.Table("task", "provider", "data set", "fields", "legal basis", "up");
        foreach (var row in permitted.Permissions)
            table.AddRow(row.Task, row.Provider, row.DataSet, $"{row.Fields.Count}", Markup.Escape(row.LegalBasis), row.ProviderUp ? "[green]yes[/]" : "[red]no[/]");
        tell.Show(table);
    }
}
