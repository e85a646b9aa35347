using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;
using Exchange.Benchmarks.Cases;
using Exchange.Hammer.Machine;
using Exchange.Hosting.Commands;

namespace Exchange.Benchmarks.Running;

/// <summary>Runs the cases that are asked for, and writes down what came out.</summary>
static class BenchmarkCommand
{
    static readonly Type[] groups =
    [
        typeof(Translating), typeof(Blinding), typeof(Asking), typeof(Answering), typeof(HandleSealing), typeof(HeaderReading),
        typeof(PolicyDeciding), typeof(Framing), typeof(AuditAppending), typeof(TreeHashing), typeof(RowSealing),
    ];

    public static RootCommand Create()
    {
        var output = new Option<string?>("--output") { Description = "Folder for README.md and figures.json.", HelpName = "DIR" };
        var filter = new Option<string[]>("--filter") { Description = "Which cases, such as '*Framing*' or '*Seal*'.", DefaultValueFactory = _ => ["*"], AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };
        var quick = new Option<bool>("--quick") { Description = "Few and short iterations, under two minutes in all: for the order of magnitude." };
        var list = new Option<bool>("--list") { Description = "Name the cases and measure nothing." };
        var state = new Option<string?>("--state") { Description = "Folder for the audit log, on the disk that is measured. Without it a temporary one; what is put there is deleted.", HelpName = "DIR" };
        var command = new RootCommand("Measures the single steps of a lookup, of which the exchange is made, one by one. Run it in Release.") { output, filter, quick, list, state };
        command.SetAction(parsed => Outcome.Of(() => Run(parsed.GetRequiredValue(filter), parsed.GetValue(quick), parsed.GetValue(list), parsed.GetValue(output), parsed.GetValue(state))));
        return command;
    }

    static int Run(string[] filters, bool quick, bool list, string? output, string? state)
    {
        var artifacts = Directory.CreateTempSubdirectory("exchange-benchmarks-").FullName;
        try
        {
            StateFolder.Path = Directory.CreateDirectory(state ?? artifacts).FullName;
            BenchmarkRunInfo[] chosen = [];
            var errors = new ErrorLines();
            var config = BenchmarkConfig.Create(quick, filters, artifacts, new ProgressLines(() => chosen.Sum(one => one.BenchmarksCases.Length)), errors);
            chosen = [.. groups.Select(group => BenchmarkConverter.TypeToBenchmarks(group, config)).Where(one => one.BenchmarksCases.Length > 0)];
            if (filters.FirstOrDefault(filter => !chosen.Any(one => one.BenchmarksCases.Any(new GlobFilter([filter]).Predicate))) is { } idle)
                return Outcome.Fail($"No case is called '{idle}'; --list names them all, and a filter begins with * unless it names the namespace.");
            if (list)
            {
                foreach (var one in chosen.SelectMany(one => one.BenchmarksCases))
                    Console.WriteLine(CaseFigures.NameOf(one));
                return Outcome.Done;
            }
            return output is null ? Outcome.Fail("Where to? Name a folder for the results with --output DIR.") : Measure(chosen, quick, output, errors);
        }
        finally
        {
            Directory.Delete(artifacts, recursive: true);
        }
    }

    static int Measure(BenchmarkRunInfo[] chosen, bool quick, string output, ErrorLines errors)
    {
        var (began, machine, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.Read(StateFolder.Path), MachineFacts.LoadAverage());
        var quotient = chosen.Any(one => one.Type == typeof(Translating)) ? PointQuotient.Measure(quick ? 1001 : 5001) : null;
        if (quotient is not null)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"point work of the hub : one multiplication of libsodium = {quotient.Median:0.000} ({quotient.LowerQuartile:0.000} to {quotient.UpperQuartile:0.000}); at most {quotient.Target:0.00} is wanted: {(quotient.Met ? "reached" : "MISSED")}"));

        var reports = BenchmarkRunner.Run(chosen).SelectMany(summary => summary.Reports).ToArray();
        var figures = reports.Where(one => one.Success).Select(CaseFigures.Of).OfType<CaseFigures>().ToArray();
        var wanted = chosen.Sum(one => one.BenchmarksCases.Length);
        if (figures.Length < wanted)
            return Outcome.Fail($"Nothing was written: {wanted - figures.Length} of {wanted} cases failed.\n{errors.Text}");
        new Results(began, machine, load, MachineFacts.LoadAverage(), quick, quotient, figures).Save(output);
        Console.WriteLine($"Written to {Path.GetFullPath(output)}: README.md, figures.json");
        return Outcome.Done;
    }
}
