using System.Diagnostics;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Curves;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Offices;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Tests.Commands;

public sealed class OptionsTests
{
    [Fact]
    public void Every_mistake_of_a_plan_names_its_option_and_what_it_takes()
    {
        var second = TimeSpan.FromSeconds(1);
        Named(new ConnectionsPlan(0, 65, TimeSpan.Zero, second, 2, TimeSpan.Zero, 0, 1001, 10).Mistakes(), "'--count'", "'--each'", "'--hold'", "'--seconds'", "'--rounds'", "'--concurrency'", "'--stuck'", "'--people'");
        Named(new ConnectionsPlan(20, 2, second, second, 3, second, 8, 8, 32).Mistakes());
        Named(new SoakPlan(5 * second, second, second, 2000, 10).Mistakes(), "'--seconds'", "'--concurrency'", "'--people'");
        Named(new SoakPlan(second, TimeSpan.Zero, second, 8, 32).Mistakes(), "'--every'");
        Named(new SoakPlan(6 * second, second, second, 8, 32).Mistakes());
        Named(new AblationPlan(2, TimeSpan.Zero, second, [0], 10, "").Mistakes(), "'--rounds'", "'--seconds'", "'--concurrency'");
        Named(new AblationPlan(3, second, second, [8], 10, "").Mistakes(), "'--people'");
        Named(new AblationPlan(3, second, second, [8], 32, "").Mistakes());
        Named(new OfficesPlan(1, 1, 2, 1, second, second).Mistakes(), "'--towns'", "'--connected'", "'--people'", "'--rate'", "'--seconds'");
        Named(new OfficesPlan(3, 2, 12, 10, 5 * second, second).Mistakes());
        Named(new BulkPlan(0).Mistakes(), "'--people'");
        Named(new BulkPlan(1).Mistakes());
        Named(new CurvesPlan(["agencies", "age"], TimeSpan.Zero, 2, second, false, 128, 1200).Mistakes(), "'--curve'", "'--seconds'", "'--rounds'");
        Named(new CurvesPlan(["log"], second, 3, second, true, 128, 1200).Mistakes());
        Named(new FairnessPlan(["siege"], TimeSpan.Zero, 2, 21 * second, 51, 1, 99, 1, 128, 19).Mistakes(), "'--aggressor'", "'--warm-up'", "'--rounds'", "'--seconds'", "'--percent'", "'--times'", "'--list'", "'--stuck'");
        Named(new FairnessPlan(AggressorNames.All, second, 3, second, 10, 100, 100, 200, 128, 19).Mistakes());

        static void Named(IEnumerable<string> mistakes, params string[] options) =>
            Assert.Collection(mistakes, [.. options.Select(option => (Action<string>)(mistake => Assert.StartsWith(option, mistake, StringComparison.Ordinal)))]);
    }

    [Fact]
    public async Task All_of_them_are_told_at_once_and_nothing_is_started()
    {
        string[] arguments = ["compare", "--rounds", "1", "--merge", "/not/there", "/nor/there", "--json", "/not/there.json"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Measuring).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal((1, ""), (process.ExitCode, await output));
        Assert.Collection((await errors).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries),
            one => Assert.StartsWith("'--rounds'", one, StringComparison.Ordinal), one => Assert.StartsWith("--merge /not/there:", one, StringComparison.Ordinal),
            one => Assert.StartsWith("--merge /nor/there:", one, StringComparison.Ordinal), one => Assert.StartsWith("--json /not/there.json:", one, StringComparison.Ordinal));
    }
}
