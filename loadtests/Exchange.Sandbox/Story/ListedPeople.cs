using System.Security.Cryptography;
using CsvHelper;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Processes;
using Exchange.Sandbox.Traces;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>A list worked through by an agency's own command, in a process of its own as an official would run it.</summary>
sealed class ListedPeople
{
    /// <summary>Exit code of a list in which some are not known, as the stories' lists all have.</summary>
    const int SomeNotKnown = 1;

    readonly PeopleOfList list;
    readonly string command, report;

    ListedPeople(PeopleOfList list, string command, string report, string traceId) =>
        (this.list, this.command, this.report, TraceId) = (list, command, report, traceId);

    /// <summary>Hexadecimal.</summary>
    public string TraceId { get; }

    /// <param name="verb">Of the agency's program, such as <c>link</c>.</param>
    /// <exception cref="StoryException">An outcome is another than was due.</exception>
    public static async Task<ListedPeople> Run(Scene scene, string agencyId, string verb, PeopleOfList list, IReadOnlyList<string> more, CancellationToken cancelled)
    {
        var agency = scene.Folder.Agency(agencyId);
        string File(string name) => Path.Combine(agency.Folder, "lists", name);
        Directory.CreateDirectory(File(""));
        list.Write(File(verb + ".csv"));
        TokenFile.Write(File("token"), AgencyCaller.Token(agency, scene.Time));
        string[] arguments =
        [
            verb, "--api", agency.LocalApi.ToString(), "--ca", scene.Folder.Root, "--token", File("token"), "--official", "suzuki", "--case", "2026-03",
            "--list", File(verb + ".csv"), "--report", File(verb + "-report.csv"), .. more,
        ];
        var program = Programs.Adapter(agency.Kind);

        // The command stands in the trace that its environment names.
        var (trace, span) = (RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetHexString(16, lowercase: true));
        var begun = scene.Time.GetUtcNow();
        await using var process = ChildProcess.Start(
            $"{verb} at {agency.Id}", program, arguments, Path.Combine(scene.Exchange.Logs, verb + ".log"),
            environment: [new("TRACEPARENT", $"00-{trace}-{span}-01")]);
        var exitCode = await process.WaitForExit(cancelled).ConfigureAwait(false);
        scene.Traces.Add(CollectedSpan.Root(trace, span, $"{agency.Id} official", verb, begun, scene.Time.GetUtcNow() - begun));
        Scene.Expect(exitCode == SomeNotKnown, $"'{verb}' ended with exit code {exitCode} where {SomeNotKnown} was due:\n{process.LastLines}");
        var run = new ListedPeople(list, $"{Path.GetFileNameWithoutExtension(program)} {string.Join(' ', arguments.Take(1).Concat(more))} --list {verb}.csv --report {verb}-report.csv", File(verb + "-report.csv"), trace);
        run.Check();
        return run;
    }

    /// <param name="figures">Columns of the report.</param>
    public void Show(Narrator tell, params ReadOnlySpan<string> figures)
    {
        tell.Say($"[grey]{Markup.Escape(command)}[/]");
        var shown = figures.ToArray();
        var table = Narrator.Table(["line", "person", "who that is", "outcome", .. shown.Select(figure => figure.Replace('_', ' ')), "findings"]);
        var said = new List<string>();
        using var rows = CsvReader.FromFile(report);
        foreach (var line in list.Lines)
        {
            rows.Read();
            var colour = line.Due switch { "LINKED" or "CONSISTENT" => "green", "CONFLICTING" or "DIFFERS" => "red", _ => "yellow" };
            table.AddRow([rows.GetString("line"), line.Person, line.About, $"[{colour}]{line.Due}[/]", .. shown.Select(rows.GetString), rows.GetString("findings")]);
            if (rows.GetString("messages") is { Length: > 0 } messages)
                said.Add($"  line {rows.GetString("line")}: {messages}");
        }
        tell.Show(table);
        said.ForEach(message => tell.Say(Markup.Escape(message)));
        tell.Say($"The report, with the request id of every question: {Markup.Escape(report)}");
    }

    void Check()
    {
        using var rows = CsvReader.FromFile(report);
        foreach (var (person, about, due) in list.Lines)
        {
            Scene.Expect(rows.Read(), $"{report} ends before '{about}'.");
            Scene.Expect(rows.GetString("person") == person && rows.GetString("outcome") == due,
                $"'{about}' is {rows.GetString("outcome")} in {report}, where {due} was due: {rows.GetString("messages")}");
        }
        Scene.Expect(!rows.Read(), $"{report} has more lines than the list.");
    }
}
