using System.Net;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Directory;

/// <summary>Over a real socket. The caller, whom a certificate would name, is set by each test.</summary>
public sealed class DirectoryServiceTests : IAsyncLifetime
{
    readonly HashSet<string> up = [Tax];
    readonly Dictionary<string, DateTimeOffset> opens = [];
    readonly Bundle bundle = new() { Agency = Tax, Node = "node-1" };
    WebApplication? server;
    GrpcChannel? channel;
    string caller = Chiyoda;
    Commitments? commitments = new() { Version = 3 };
    readonly ThrowawayAuthority ca = ThrowawayAuthority.Create(TimeProvider.System);
    RevocationList? list;
    PolicySnapshot policy = Snapshot(Matrix());

    static DateTimeOffset Midnight => new(Today, TimeOnly.MinValue, TimeSpan.FromHours(9));

    V1.DirectoryService.DirectoryServiceClient Client => new(channel);

    public async ValueTask InitializeAsync()
    {
        list = Signed();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Gateway.Directory.DirectoryService(
            () => policy,
            new DirectorySources(_ => caller, agency => up.Contains(agency) ? bundle : null, up.Contains, agency => opens.TryGetValue(agency, out var at) ? at : null, () => commitments, () => list),
            new FakeTimeProvider(Midnight)));
        server = builder.Build();
        server.MapGrpcService<Gateway.Directory.DirectoryService>();
        await server.StartAsync();
        channel = GrpcChannel.ForAddress(server.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        channel!.Dispose();
        await server!.DisposeAsync();
        ca.Dispose();
    }

    [Fact]
    public async Task A_caller_the_directory_does_not_know_or_has_suspended_gets_nothing()
    {
        caller = "jp.stranger";
        Assert.Equal(Reason.AgencyUnknown, await Refused(() => Client.GetDataSetsAsync(new()).ResponseAsync));
        Assert.Equal(Reason.AgencyUnknown, await Refused(() => Client.GetGrantsAsync(new()).ResponseAsync));

        caller = Chuo;
        policy = Snapshot(Matrix(directory: Agencies(DirectoryText.Replace("Chuo, status: active", "Chuo, status: suspended", StringComparison.Ordinal))));
        Assert.Equal(Reason.AgencySuspended, await Refused(() => Client.GetCrlAsync(new()).ResponseAsync));
        Assert.Equal(Reason.AgencySuspended, await Refused(() => Client.GetCommitmentsAsync(new()).ResponseAsync));
        Assert.Equal(Reason.AgencySuspended, await Refused(() => Client.GetBundleAsync(new() { Agency = Tax }).ResponseAsync));
    }

    [Fact]
    public async Task A_bundle_is_that_of_a_live_node_or_a_reason()
    {
        Assert.Equal(bundle, (await Client.GetBundleAsync(new() { Agency = Tax })).Bundle);
        Assert.Equal(Reason.ProviderUnknown, await Refused(() => Client.GetBundleAsync(new() { Agency = "jp.nobody" }).ResponseAsync));

        up.Clear();
        var refusal = await Refusal(() => Client.GetBundleAsync(new() { Agency = Tax }).ResponseAsync);

        Assert.Equal(Reason.ProviderUnavailable, refusal.Reason);
        Assert.Equal((uint)Reasons.Of(Reason.ProviderUnavailable).Retry.TotalMilliseconds, refusal.RetryAfterMs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_closed_agency_has_no_bundle_to_give_connected_or_not_and_the_time_at_which_it_opens_is_told(bool isConnected)
    {
        if (!isConnected)
            up.Clear();
        opens[Tax] = Midnight.AddHours(9);

        var refusal = await Refusal(() => Client.GetBundleAsync(new() { Agency = Tax }).ResponseAsync);

        Assert.Equal((Reason.ProviderClosed, 9u * 3600 * 1000), (refusal.Reason, refusal.RetryAfterMs));
        Assert.Contains("2026-04-01 09:00 +09:00", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grants_tell_until_when_a_provider_is_closed_and_of_a_kind_when_the_first_opens_if_all_are()
    {
        policy = Snapshot(Matrix(Rows(Row("municipality", "tax"), Row("municipality", "municipality", dataSet: ResidentTax, fields: "fiscal_year"))));
        opens[Tax] = Midnight.AddHours(9);
        opens[Chiyoda] = Midnight.AddHours(8);
        Assert.Equal([Unix(9), 0, Unix(8)], (await Client.GetGrantsAsync(new())).Rows.Select(row => row.ClosedUntilUnixMs));

        opens[Chuo] = Midnight.AddHours(7);
        Assert.Equal([Unix(9), Unix(7), Unix(8)], (await Client.GetGrantsAsync(new())).Rows.Select(row => row.ClosedUntilUnixMs));

        static long Unix(int hours) => Midnight.AddHours(hours).ToUnixTimeMilliseconds();
    }

    [Fact]
    public async Task Commitments_and_revocation_list_are_handed_on_unchanged_or_said_to_be_missing()
    {
        Assert.Equal(commitments, (await Client.GetCommitmentsAsync(new())).Commitments);
        Assert.Equal(ByteString.CopyFrom(list!.Encoded.Span), (await Client.GetCrlAsync(new())).Crl);

        (commitments, list) = (null, null);

        Assert.Equal(Reason.AuthorityUnavailable, await Refused(() => Client.GetCommitmentsAsync(new()).ResponseAsync));
        Assert.Equal(Reason.RevocationListStale, await Refused(() => Client.GetCrlAsync(new()).ResponseAsync));
    }

    [Fact]
    public async Task A_revocation_list_that_the_caller_has_is_not_sent_again_and_a_new_one_is()
    {
        var held = new GetCrlRequest { Held = ByteString.CopyFrom(list!.Hash.Span) };
        Assert.Empty((await Client.GetCrlAsync(held)).Crl);

        using var revoked = ca.IssueAgency(Chiyoda);
        ca.Revoke(revoked);
        list = Signed();

        Assert.Equal(ByteString.CopyFrom(list.Encoded.Span), (await Client.GetCrlAsync(held)).Crl);
    }

    [Fact]
    public async Task Data_sets_come_with_their_whole_contract()
    {
        var income = (await Client.GetDataSetsAsync(new())).DataSets.Single(one => one.Id == Income);

        Assert.Equal("records.tax.v1.IncomeStatement", income.RecordType);
        Assert.Equal((512u, true, "tax"), (income.DeclaredSize, income.Protected, income.ProviderKind));
        Assert.Contains(income.Fields, field => field is { Number: 13, Name: "prefectural_income_levy" });
    }

    [Fact]
    public async Task A_town_sees_its_own_id_the_only_tax_agency_and_other_towns_as_a_kind()
    {
        policy = Snapshot(Matrix(Rows(
            Row("municipality", "tax", fields: "total_income, year", until: "2027-03-31"),
            Row("municipality", "municipality", dataSet: ResidentTax, fields: "fiscal_year"))));

        var grants = await Client.GetGrantsAsync(new());

        Assert.Equal(policy.Version, grants.PolicyVersion);
        Assert.Equal(
            [
                new GrantRow { Requester = Chiyoda, Provider = Tax, Task = "benefit-eligibility", DataSet = Income, Fields = { 1, 3 }, LegalBasis = "law", ValidFrom = "2026-01-01", ValidUntil = "2027-03-31", ProviderUp = true },
                new GrantRow { Requester = Chiyoda, Provider = "municipality", Task = "benefit-eligibility", DataSet = ResidentTax, Fields = { 1 }, LegalBasis = "law", ValidFrom = "2026-01-01" },
                new GrantRow { Requester = "municipality", Provider = Chiyoda, Task = "benefit-eligibility", DataSet = ResidentTax, Fields = { 1 }, LegalBasis = "law", ValidFrom = "2026-01-01" },
            ],
            grants.Rows);

        up.Add(Chuo);
        Assert.Equal([true, true, false], (await Client.GetGrantsAsync(new())).Rows.Select(row => row.ProviderUp));
    }

    [Fact]
    public async Task Of_rows_that_read_alike_the_one_that_decides_is_shown()
    {
        policy = Snapshot(Matrix(Rows(
            Row("municipality", "tax", basis: "wide"),
            Row(Chiyoda, "tax", basis: "narrow"),
            Row("municipality", "tax", task: "consented", basis: "wide"),
            Row(Chiyoda, Tax, task: "consented", condition: "consent"),
            Row("municipality", "tax", task: "next-year", from: "2027-01-01"))));

        Assert.Equal([("consented", "law", true), ("benefit-eligibility", "narrow", false)], (await Client.GetGrantsAsync(new())).Rows.Select(row => (row.Task, row.LegalBasis, row.NeedsConsent)));
        caller = Tax;
        Assert.Equal(
            [(Chiyoda, "law"), (Chiyoda, "narrow"), ("municipality", "wide"), ("municipality", "wide")],
            (await Client.GetGrantsAsync(new())).Rows.Select(row => (row.Requester, row.LegalBasis)));
    }

    RevocationList Signed()
    {
        Assert.True(RevocationList.TryParse(ca.SignRevocationList(), ca.Root, out var signed));
        return signed;
    }

    static PolicySnapshot Snapshot(PolicyMatrix matrix) => new(matrix.Directory, matrix, Gateway.Limits.QuotaRules.Default(matrix.Directory));

    static async Task<Refusal> Refusal<T>(Func<Task<T>> call) => (await Assert.ThrowsAsync<RpcException>(call)).ToRefusal()!;

    static async Task<Reason> Refused<T>(Func<Task<T>> call) => (await Refusal(call)).Reason;
}
