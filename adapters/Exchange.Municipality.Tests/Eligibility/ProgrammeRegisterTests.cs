using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Health;
using Exchange.Adapter.Tests;
using Exchange.Hosting.Configuration;
using Exchange.Municipality.Eligibility;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class ProgrammeRegisterTests : IAsyncLifetime
{
    readonly RunningTownHall town = new() { Programmes = Heating("2026-04-01", 900_000) };

    ProgrammeRegister Register => town.Program.Part<ProgrammeRegister>();

    public ValueTask InitializeAsync() => town.InitializeAsync();

    public ValueTask DisposeAsync() => town.DisposeAsync();

    [Fact]
    public async Task A_town_decides_by_its_own_file()
    {
        var answer = await Decide();
        Assert.Equal(("heating", "1"), (answer.Programme, answer.RuleVersion));
        // Resident tax is not asked for where no rule reads it.
        Assert.Equal(["total income", "residence on 2026-01-01"], answer.Missing.Select(one => one.Name));
        Assert.Contains(answer.Steps, step => step.Contains("900000 yen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_file_decides_the_next_household_and_its_gaps_are_logged()
    {
        Write(Heating("2026-05-01\n        valid_until: 2026-12-31", 700_000));
        Assert.True(Register.Refresh());
        Assert.Contains((await Decide()).Steps, step => step.Contains("700000 yen", StringComparison.Ordinal));
        Assert.Contains(town.Program.Logged, line => line.Contains("'heating' has no rule from 2027-01-01 on, after 1", StringComparison.Ordinal));
        Assert.Contains(town.Program.Logged, line => line.Contains("the programmes changed: 1 versions are known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_with_a_mistake_leaves_what_was_in_force_and_health_says_so_until_it_is_mended()
    {
        var health = new FilesHealth(Register);
        Write(Heating("2026-04-01", 0));
        Assert.False(Register.Refresh());
        Assert.Contains((await Decide()).Steps, step => step.Contains("900000 yen", StringComparison.Ordinal));
        var told = await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Degraded, told.Status);
        Assert.Contains("programmes.yaml:9:21: '0' is no ceiling", told.Description, StringComparison.Ordinal);
        Assert.Contains(town.Program.Logged, line => line.Contains("the programmes changed and were refused", StringComparison.Ordinal));

        Write(Heating("2026-04-01", 800_000));
        Assert.True(Register.Refresh());
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task A_file_with_a_mistake_stops_the_start()
    {
        var broken = new RunningTownHall { Programmes = Heating("2026-04-01", 0) };
        var refused = await Assert.ThrowsAsync<ConfigurationException>(async () => await broken.InitializeAsync());
        Assert.Contains("is no ceiling", refused.Message, StringComparison.Ordinal);
        // Before anything is started that would log it once more.
        Assert.Contains(nameof(AdapterHost.Build), refused.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_kind_of_agency_is_told_that_it_decides_on_none()
    {
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => RunningAgency.Start(new AgencyKind("tax", "Tax."), "jp.tax", [], DateTimeOffset.UnixEpoch, Heating("2026-04-01", 1)));
        Assert.Contains("take 'programmes' out of adapter.yaml", refused.Message, StringComparison.Ordinal);
    }

    static string Heating(string from, long ceiling) => $$"""
        programmes:
          - name: heating
            versions:
              - version: "1"
                legal_basis: Ordinance on heating
                resident_tax_exempt: false
                lived_here: true
                ceiling:
                  by_size: [{{ceiling}}]
                  each_further: 0
                valid_from: {{from}}

        """;

    void Write(string programmes) => File.WriteAllText(town.Program["programmes.yaml"], programmes);

    async Task<EligibilityResponse> Decide() => await new EligibilityService.EligibilityServiceClient(town.Program.Channel()).DecideAsync(
        new EligibilityRequest { Official = "suzuki", DecidedOn = "2026-06-01", Members = { new EligibilityMember { Person = "nobody" } } },
        new Metadata { { "authorization", $"Bearer {town.Program.Token("benefits")}" } });
}
