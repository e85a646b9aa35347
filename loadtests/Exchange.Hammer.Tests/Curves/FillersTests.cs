using Exchange.Adapter;
using Exchange.Adapter.Enrolment;
using Exchange.Gateway;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Policy;
using Exchange.Hammer.Curves;
using Exchange.Hammer.Tests.Parties;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Pseudonyms;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Tests.Curves;

/// <summary>What is filled in is opened by those whose it is, as their own.</summary>
public sealed class FillersTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-fillers-").FullName;
    readonly ExchangeFolder folder;

    public FillersTests() => folder = ExchangeFolder.Open(state, new ExchangePlan { People = 24 }, TimeProvider.System);

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public void Every_point_is_one_of_the_curve_and_none_comes_twice()
    {
        var points = new Points();
        string[] drawn = [.. Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(points.Next()))];

        Assert.Equal(drawn.Length, drawn.Distinct().Count());
        Assert.All(drawn, point => Assert.True(Ristretto.IsPoint(Convert.FromHexString(point)), point));
        Assert.DoesNotContain(Convert.ToHexString(new Points().Next()), drawn);
    }

    [Fact]
    public async Task An_adapter_finds_everybody_who_was_filled_into_its_table_and_a_second_start_adds_nobody()
    {
        await Curve.People.Fill(folder, 300, new Heard(), default);
        await Curve.People.Fill(folder, 300, new Heard(), default);

        foreach (var agency in new[] { ExchangePlan.Tax, ExchangePlan.Chiyoda }.Select(folder.Agency))
        {
            var options = AdapterOptions.Read(agency.Config, agency.Id);
            using var keys = AgencyKeys.Read(options.Keys);
            using var people = People.Open(agency.PeopleDb, keys.ClosingId, options.Epoch, TimeProvider.System);
            Assert.Equal(300, people.Count);
            Assert.True(people.TryFind("load-299", out var one) && people.TryFindByStored(one.Stored, out var same) && same == one);
        }
    }

    [Fact]
    public async Task The_hub_takes_the_rows_and_the_agencies_that_were_added()
    {
        await Curve.Matrix.Fill(folder, 20_001, new Heard(), default);

        var matrix = Read();
        Assert.Equal(20_001, matrix.Rows.Count(row => row.Task.StartsWith("load-", StringComparison.Ordinal)));
        Assert.Equal(104, matrix.Directory.Agencies.Length);
    }

    [Fact]
    public async Task Each_agency_that_was_added_may_ask_the_tax_agency()
    {
        await Curve.Agencies.Fill(folder, 10, new Heard(), default);

        var matrix = Read();
        Assert.Equal(14, matrix.Directory.Agencies.Length);
        Assert.Equal(10, matrix.Rows.Count(row => row.Requester.Contains('.', StringComparison.Ordinal) && row.Provider == ExchangePlan.Tax));
    }

    [Fact]
    public async Task A_log_that_was_filled_goes_on_where_it_ended_and_has_the_hashes_above_its_entries()
    {
        await Curve.Log.Fill(folder, 600, new Heard(), default);
        await Curve.Log.Fill(folder, 700, new Heard(), default);

        var options = GatewayOptions.Read(folder.GatewayConfig);
        await using var log = AuditLog.Open(new AuditOptions(options.AuditFile, options.Name), TimeProvider.System);
        await using var tree = new SqliteStore(options.Log.CheckpointFile, Durability.Disk).OpenToRead();
        await using var hashes = tree.CreateCommand();
        hashes.CommandText = "SELECT count(*) FROM node";
        Assert.Equal(700, log.Size);
        // Two tiles of 256 entries are full.
        Assert.Equal(2L, await hashes.ExecuteScalarAsync());
    }

    PolicyMatrix Read()
    {
        var problems = new Problems();
        var snapshot = new PolicyFiles(folder.Directory, folder.Matrix).Read(problems);
        Assert.Empty(problems.Found);
        return snapshot!.Matrix;
    }
}
