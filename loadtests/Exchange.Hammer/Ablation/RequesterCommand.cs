using System.CommandLine;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;

namespace Exchange.Hammer.Ablation;

/// <summary>A town's adapter that asks when it is told to, which a run starts by itself.</summary>
static class RequesterCommand
{
    public const string Verb = "requester";

    public static Command Create()
    {
        var agency = new Option<string>("--agency") { Description = "Folder of the town.", Required = true, HelpName = "DIR" };
        var people = new Option<int>("--people") { Description = "Residents of the exchange.", Required = true };
        var toldAt = new Option<int>("--told-at") { Description = "Port on 127.0.0.1 at which it is told to ask.", Required = true };
        var command = new Command(Verb, "Ask through an exchange when told to, until stopped. A run starts this by itself.") { agency, people, toldAt };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(() => Serve(parsed.GetRequiredValue(agency), parsed.GetValue(people), parsed.GetValue(toldAt), stop)));
        return command;
    }

    static async Task<int> Serve(string folder, int people, int port, CancellationToken stop)
    {
        await using var requester = await Requester.Start("municipality", Path.Combine(folder, "adapter.yaml"), stop).ConfigureAwait(false);
        Resident[] residents = [.. Population.Draw(people, [ExchangePlan.Chiyoda, ExchangePlan.Osaka]).Where(one => one.Town == ExchangePlan.Chiyoda && TaxQuestion.Income.About(one))];
        IContender Lookups(LookupKind kind) => new ExchangeLookups(kind, TaxQuestion.Income, requester.Of<Asker>(), requester.Of<People>(), requester.Of<HandleShelf>(), residents);
        await using var app = Generator.Build(new Dictionary<string, IContender> { [Generators.Warm] = Lookups(LookupKind.Warm), [Generators.Cold] = Lookups(LookupKind.Cold) }, port);
        await app.StartAsync(stop).ConfigureAwait(false);
        Console.WriteLine($"{ServeCommands.Ready} {port}");
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return Outcome.Done;
    }
}
