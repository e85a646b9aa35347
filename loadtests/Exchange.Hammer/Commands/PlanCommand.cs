using System.CommandLine;
using Exchange.Hammer.Planning;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>How a plan is written.</summary>
enum PlanFormat
{
    Text,
    Json,
    Markdown,
}

/// <summary>Reckons from a run what a country would need. Loads nothing, and measures nothing but the size of rows.</summary>
static class PlanCommand
{
    /// <summary>Every country is planned as it is, and so many times busier.</summary>
    const int Busier = 10;

    static readonly Assumptions usual = new();

    public static Command Create()
    {
        var figures = new Option<string>("--figures") { Description = "Folder of a 'run', or its figures.json: where the costs of a lookup come from.", Required = true, HelpName = "DIR" };
        var format = new Option<PlanFormat>("--format") { Description = "text, json or markdown.", DefaultValueFactory = _ => PlanFormat.Text };
        var atOnce = Assumed("--at-once", "Of the load at which CPU was measured; it must be among the figures.", usual.AtOnce);
        var officeHours = Assumed("--office-hours", "A mean second of office hours, in mean seconds of the year.", usual.OfficeHours);
        var busyHour = Assumed("--busy-hour", "The busiest hour, in mean hours of the office.", usual.BusyHour);
        var burst = Assumed("--burst", "The busiest second of that hour, in its mean seconds.", usual.Burst);
        var warm = Assumed("--warm", "Share of the day's lookups that are WARM.", usual.Warm);
        var nightDays = Assumed("--night-days", "What jobs over lists ask in one night, all COLD, in mean days of lookups.", usual.NightDays);
        var nightHours = Assumed("--night-hours", "How many hours such a night has.", usual.NightHours);
        var busy = Assumed("--busy", "Share of a core that may be busy in the worst second.", usual.Busy);
        var replicaCores = Assumed("--replica-cores", "Cores of one replica of the hub.", usual.ReplicaCores);
        var spare = Assumed("--spare", "Replicas that may be lost in the worst second.", usual.Spare);
        var dataSets = Assumed("--data-sets", "Data sets that one agency asks for.", usual.DataSets);
        var busiest = Assumed("--busiest-answers", "Share of all lookups that the busiest agency answers.", usual.BusiestAnswers);
        var years = Assumed("--years", "How long log and journals are kept.", usual.Years);
        var command = new Command("plan", "Reckon from a run what Japan, Estonia and Belgium would need, and with ten times their lookups.")
        {
            figures, format, atOnce, officeHours, busyHour, burst, warm, nightDays, nightHours, busy, replicaCores, spare, dataSets, busiest, years,
        };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            parsed.GetRequiredValue(figures),
            new Assumptions
            {
                AtOnce = parsed.GetValue(atOnce),
                OfficeHours = parsed.GetValue(officeHours),
                BusyHour = parsed.GetValue(busyHour),
                Burst = parsed.GetValue(burst),
                Warm = parsed.GetValue(warm),
                NightDays = parsed.GetValue(nightDays),
                NightHours = parsed.GetValue(nightHours),
                Busy = parsed.GetValue(busy),
                ReplicaCores = parsed.GetValue(replicaCores),
                Spare = parsed.GetValue(spare),
                DataSets = parsed.GetValue(dataSets),
                BusiestAnswers = parsed.GetValue(busiest),
                Years = parsed.GetValue(years),
            },
            parsed.GetValue(format))));
        return command;
    }

    static Option<T> Assumed<T>(string name, string description, T usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };

    static async Task<int> Run(string figures, Assumptions assumed, PlanFormat format)
    {
        if (assumed.Mistake is { } mistake)
            return Outcome.Fail(mistake);
        var folder = Directory.CreateTempSubdirectory("exchange-plan-").FullName;
        try
        {
            var costs = MeasuredCosts.Read(figures, assumed.AtOnce);
            var scales = new Scales(folder);
            var needs = new List<Needs>();
            foreach (var country in Country.Known.Concat(Country.Known.Select(one => one.Times(Busier))))
            {
                var hashes = NationalDay.Hashes(country, NationalDay.Replicas(country, costs, assumed));
                needs.Add(NationalDay.Of(country, costs, assumed, await scales.Weigh(hashes).ConfigureAwait(false)));
            }
            var report = new PlanReport(costs, assumed, needs);
            Console.Write(format switch
            {
                PlanFormat.Json => report.ToJson(),
                PlanFormat.Markdown => report.ToMarkdown(),
                _ => report.ToText(),
            });
            return Outcome.Done;
        }
        catch (PlanException e)
        {
            return Outcome.Fail(e.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
