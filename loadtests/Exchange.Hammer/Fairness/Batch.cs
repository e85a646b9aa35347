using System.Globalization;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Fairness;

/// <summary>The pension service, which has a long list linked; its adapter, that of the town it asks and the system with the list are programs of their own.</summary>
sealed class Batch : IAggressor
{
    readonly FairnessPlan plan;
    readonly Family family;
    readonly Assailant system;
    readonly string[] listing;
    readonly int length;
    int next;

    Batch(ExchangeFolder folder, string state, FairnessPlan plan)
    {
        this.plan = plan;
        family = new Family(state);
        var pension = folder.Agency(ExchangePlan.Pension);
        system = new Assailant(pension, state, plan);
        listing = [ListerCommand.Verb, ListerCommand.LocalApi, pension.LocalApi.ToString(), ListerCommand.Root, folder.Root, ListerCommand.List, Text(plan.List), ListerCommand.First];
        length = FairnessPlan.OnList(folder.ResidentsOf(pension), ExchangePlan.Osaka, plan.List).Count;
    }

    public string What => FormattableString.Invariant(
        $"The pension service links a list of {length:#,0} people, whom it asks the provider of everybody and another town about. It has the victim's quota, which it does not reach; it takes the next people of the list in each round.");

    /// <summary>Returns when the two adapters are connected.</summary>
    public static async Task<Batch> Start(ExchangeFolder folder, string state, FairnessPlan plan, CancellationToken stop)
    {
        var batch = new Batch(folder, state, plan);
        try
        {
            using var http = new HttpClient();
            foreach (var agency in new[] { folder.Agency(ExchangePlan.Pension), folder.Agency(ExchangePlan.Osaka) })
                await Family.UntilReady(Assailant.Start(batch.family, plan, agency.Id, Programs.Adapter(agency.Kind), "serve", "--config", agency.Config), agency.Ready, http, stop).ConfigureAwait(false);
            return batch;
        }
        catch
        {
            await batch.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task Begin(CancellationToken stop) => system.Begin(stop, [.. listing, Text(next)]);

    public async Task<Deeds> End()
    {
        var deeds = await system.End().ConfigureAwait(false);
        next = (int)((next + deeds.Answered) % length);
        return deeds.Answered > 0 ? deeds : throw new VoidRunException("nobody of the list was linked");
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync().ConfigureAwait(false);
        await family.DisposeAsync().ConfigureAwait(false);
    }

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
