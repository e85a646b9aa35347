using System.CommandLine;
using Exchange.Adapter.Contracts;
using Exchange.Adapter.Sources;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Commands.Contracts;

/// <summary>Holds this agency's own records to the contracts of their data sets, before anybody else is told one.</summary>
static class ContractTestCommand
{
    const int CouldNotRun = 2;

    public static Command Create(string kind)
    {
        var sources = new Option<string>("--sources") { Description = "The sources.yaml that says where records and people are.", Required = true, HelpName = "FILE" };
        var dataSet = new Option<string[]>("--data-set") { Description = "Those that are tested; all that the file describes when not given.", HelpName = "ID" };
        var question = new Option<string[]>("--question") { Description = "What is asked of each person, such as fiscal_year=2026; may stand several times, with one --data-set. Without it, the years or months about which one would ask today.", HelpName = "FIELD=VALUE" };
        var sample = new Option<int?>("--sample") { Description = "So many people, drawn at random; all when not given.", HelpName = "COUNT" };
        var report = new Option<string?>("--report") { Description = "Where to name every row that breaks something, by this agency's own keys: CSV, mode 0600.", HelpName = "FILE" };
        var command = new Command("contract-test", "Hold this agency's own records to the contract of their data set: units, meanings, sums. Nobody is asked, nothing is sent. Exit code 0: every record keeps it; 1: some break it, and are named; 2: it could not run.")
        {
            sources, dataSet, question, sample, report,
        };
        command.Check(parsed =>
        {
            if (parsed.GetValue(question) is { Length: > 0 } && parsed.GetValue(dataSet) is not { Length: 1 })
                parsed.AddError("--question goes with one --data-set.");
            if (parsed.GetValue(sample) is < 1)
                parsed.AddError("--sample must be 1 or more.");
        });
        command.SetAction((parsed, stop) => Run(
            parsed.GetRequiredValue(sources), DataSetCatalogue.OfKind(kind), parsed.GetValue(dataSet) ?? [], parsed.GetValue(question) ?? [], parsed.GetValue(sample), parsed.GetValue(report), TimeProvider.System, Console.Out, stop));
        return command;
    }

    internal static async Task<int> Run(
        string file, IReadOnlyList<DataSetContract> contracts, IReadOnlyList<string> wanted, IReadOnlyList<string> asked, int? sample, string? report, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        try
        {
            await using var data = MappingFile.Read(file, contracts, new SourceSettings { Time = time });
            return await Work(file, data, wanted, asked, sample, report, time, output, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or SourceException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return CouldNotRun;
        }
    }

    static async Task<int> Work(
        string file, AgencyData data, IReadOnlyList<string> wanted, IReadOnlyList<string> asked, int? sample, string? report, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        // 1. What is tested, and with which questions.
        if (data.People is not { } list)
            return Wrong($"{file}: 'people' is missing; say where the list of people is, whose records are looked at.");
        if (wanted.FirstOrDefault(id => !data.Sources.ContainsKey(id)) is { } unknown)
            return Wrong($"{file} describes no data set '{unknown}'; it has {string.Join(", ", data.Sources.Keys)}.");
        var tests = new List<(IRecordSource Source, IReadOnlyList<IMessage> Questions)>();
        foreach (var source in data.Sources.Values.Where(one => wanted.Count == 0 || wanted.Contains(one.Contract.Id)))
        {
            var questions = TriedQuestions.Usual(source.Contract, LegalDay.Today(time));
            if (asked.Count > 0)
            {
                var given = asked.Select(text => (Question: TriedQuestions.Read(source.Contract, text, out var wrong), wrong)).ToList();
                if (given.FirstOrDefault(one => one.Question is null) is { wrong: { Length: > 0 } why })
                    return Wrong($"--question: {why}.");
                questions = [.. given.Select(one => one.Question!)];
            }
            tests.Add((source, questions));
        }

        // 2. Each data set in its turn.
        using var broken = new BrokenRows(report);
        var good = true;
        foreach (var (source, questions) in tests)
            good &= await Test(source, questions, list, sample, broken, time, output, stop).ConfigureAwait(false);

        // 3. What to do.
        if (!good)
            output.WriteLine(report is null ? "Run it again with --report FILE to have every row named." : $"Every row is named in {report}.");
        return good ? Outcome.Done : Outcome.Failed;
    }

    static async Task<bool> Test(IRecordSource source, IReadOnlyList<IMessage> questions, Sources.People.IPeople list, int? sample, BrokenRows broken, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        var id = source.Contract.Id;
        var mine = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var test = new ContractTest(source, questions);
        ContractCounts counts;
        using (var progress = Progress.OnConsole())
        await using (time.CreateTimer(_ => progress.At($"{id}, {test.Done} people", (ulong)test.Done, (ulong)(sample ?? 0)), null, TimeSpan.Zero, TimeSpan.FromSeconds(1)))
            counts = await test.Run(list, sample, row =>
            {
                broken.Add(id, row);
                lock (mine)
                    mine[row.ToString()] = mine.GetValueOrDefault(row.ToString()) + 1;
            }, stop).ConfigureAwait(false);

        var asked = string.Join("; ", questions.Select(TriedQuestions.Write).Where(text => text.Length > 0));
        output.WriteLine($"{id}, contract {source.Contract.Meaning!.Version}{(asked.Length > 0 ? $", asked {asked}" : "")}: {counts.Records} records of {counts.PeopleWithRecord} people, of {counts.People} on the list; {counts.Broken} break it.");
        foreach (var (rule, rows) in mine)
            output.WriteLine($"  {rows} rows: {Says(source, rule)}");
        // A wrong key column makes every record vanish, and breaks no rule.
        var nobody = counts.PeopleWithRecord == 0;
        if (nobody)
            output.WriteLine("  Nobody on the list has a record. Is 'key' the column of this agency's own keys, the same as in 'people'? Is it the right year?");
        if (counts.BadLines > 0)
            output.WriteLine($"  {counts.BadLines} lines of the list of people name nobody; enrol tells each.");
        return counts.Broken == 0 && !nobody;
    }

    static string Says(IRecordSource source, string rule)
    {
        if (rule == ContractTest.Unreadable)
            return "cannot be read, so nobody would be told anything";
        if (source.Contract.Meaning!.Rules.FirstOrDefault(one => one.Id == rule) is { } broken)
            return $"{broken.Id}, which does not hold: {broken.Says}";
        var field = rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return $"{field} is not written as its unit wants; see contract {source.Contract.Id}";
    }

    static int Wrong(string what)
    {
        Console.Error.WriteLine(what);
        return CouldNotRun;
    }
}
