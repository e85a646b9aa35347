using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Adapter.Doctor;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Doctor;

/// <summary>Says how an agency's adapter stands: a mark for each thing, in plain words, and what to do.</summary>
static class DoctorCommand
{
    const int Well = 0, SomethingIsBad = 1;

    static readonly JsonSerializerOptions json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(string kind)
    {
        var config = ConfigOption.Create();
        var caller = new Option<string?>("--caller") { Description = "As whom the canary person is asked about: a caller in callers.yaml; the only one that has a token when not given." };
        var callerKey = new Option<string?>("--caller-key") { Description = "That caller's private key, mode 0600. Without it nobody is asked.", HelpName = "FILE" };
        var asJson = new Option<bool>("--json") { Description = "For programs: a list of check, concern, mark, says and do." };
        var report = new Option<string?>("--report") { Description = "Where to write a page to print, with what a supervising body asks: are systems separated, are the measures in place, and by when.", HelpName = "FILE" };
        var command = new Command("doctor", "Look at everything this agency's adapter needs, beside it while it serves or before, and say what to do. Nothing is changed. Exit code 0: nothing is bad; 1: something is.") { config, caller, callerKey, asJson, report };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new Examination(kind, parsed.GetRequiredValue(config), parsed.GetValue(caller), parsed.GetValue(callerKey), TimeProvider.System),
            parsed.GetValue(asJson), parsed.GetValue(report), TimeProvider.System, Console.Out, stop)));
        return command;
    }

    internal static async Task<int> Run(Examination examination, bool asJson, string? report, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        IReadOnlyList<Diagnosis> found;
        using (var progress = Progress.OnConsole())
            found = await examination.Run(what => progress.At($"looking at {what}", 0, 0), stop).ConfigureAwait(false);
        if (asJson)
            output.WriteLine(JsonSerializer.Serialize(found.Select(one => new { one.Check, Concern = one.Concern.ToString().ToLowerInvariant(), Mark = one.Mark.ToString().ToLowerInvariant(), one.Says, one.Do }), json));
        else
            Write(output, found);
        if (report is not null)
        {
            await File.WriteAllTextAsync(report, PrintedReport.Write(examination.Agency, found, time.GetUtcNow()), Encoding.UTF8, CancellationToken.None).ConfigureAwait(false);
            if (!asJson)
                output.WriteLine($"The page to print is {report}.");
        }
        return found.Any(one => one.Mark == Mark.Bad) ? SomethingIsBad : Well;
    }

    static void Write(TextWriter output, IReadOnlyList<Diagnosis> found)
    {
        foreach (var one in found)
        {
            output.WriteLine($"{Sign(one.Mark)} {OnScreen.Plain(one.Says)}");
            if (one.Do.Length > 0)
                output.WriteLine($"      {OnScreen.Plain(one.Do)}");
        }
        var counts = found.CountBy(one => one.Mark).ToDictionary();
        output.WriteLine();
        output.WriteLine($"{counts.GetValueOrDefault(Mark.Good)} good, {counts.GetValueOrDefault(Mark.Look)} to look at, {counts.GetValueOrDefault(Mark.Bad)} bad, {counts.GetValueOrDefault(Mark.Unknown)} not seen.");
    }

    static string Sign(Mark mark) => mark switch { Mark.Good => "  ✓  ", Mark.Look => "  !  ", Mark.Bad => "  ✗  ", _ => "  ?  " };
}
