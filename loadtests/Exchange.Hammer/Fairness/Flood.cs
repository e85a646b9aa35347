using Exchange.Gateway.Limits;
using Exchange.Hammer.Commands;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Fairness;

/// <summary>A town that asks the provider of everybody many times what its quota lets it.</summary>
sealed class Flood(ExchangeFolder folder, string state, FairnessPlan plan) : IAggressor
{
    public const string Town = ExchangePlan.Osaka;

    static readonly Limit quota = QuotaRules.DefaultLookup;

    readonly Assailant town = new(folder.Agency(Town), state, plan);

    public string What => FormattableString.Invariant(
        $"Another town sets out to ask the same provider {PerSecond:#,0} times a second, {plan.Times} times its quota ({quota.Count} a second, {quota.Burst} at once, as it ships).");

    int PerSecond => plan.Times * quota.Count;

    /// <summary>The quota that ships for the town, in the place of the one for load tests; everybody else keeps that.</summary>
    public static void WriteQuota(ExchangeFolder folder)
    {
        var file = Path.Combine(Path.GetDirectoryName(folder.GatewayConfig)!, "quotas.yaml");
        const string Behind = "enrolment:\n";
        File.WriteAllText(file, File.ReadAllText(file).Replace(Behind, FormattableString.Invariant(
            $"  overrides:\n    - {{ agency: {Town}, rate: {quota.Count}/s, burst: {quota.Burst} }}\n{Behind}"), StringComparison.Ordinal));
    }

    public Task Begin(CancellationToken stop) => town.Ask(AssailantCommand.Income, AssailantCommand.PerSecond, PerSecond, stop);

    public Task<Deeds> End() => town.End();

    public ValueTask DisposeAsync() => town.DisposeAsync();
}
