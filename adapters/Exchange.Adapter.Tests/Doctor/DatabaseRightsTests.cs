using System.Globalization;
using Exchange.Adapter.Doctor;
using Npgsql;

namespace Exchange.Adapter.Tests.Doctor;

/// <summary>What the account may do that a mapping names, asked of a real server.</summary>
public sealed class DatabaseRightsTests : IAsyncLifetime
{
    readonly string name = $"rights_{Guid.NewGuid():N}"[..20];
    readonly string variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
    readonly ExaminedAgency agency = new();
    string server = "";

    public async ValueTask InitializeAsync()
    {
        server = Servers.Postgres;
        await Sql($"""
            CREATE SCHEMA {name};
            CREATE TABLE {name}.resident_tax (person text, fiscal_year int, state text, levy bigint, confirmed_at timestamptz);
            CREATE TABLE {name}.moves (person text, town text);
            CREATE ROLE {name} LOGIN PASSWORD '{name}';
            GRANT USAGE ON SCHEMA {name} TO {name};
            GRANT SELECT ON {name}.resident_tax, {name}.moves TO {name};
            """);
        await File.WriteAllTextAsync(agency["sources.yaml"], $$"""
            data_sets:
              municipality.resident-tax.v1:
                source: postgresql
                connection: { environment: {{variable}} }
                table: {{name}}.resident_tax
                key: person
                match: { fiscal_year: fiscal_year }
                fields: { fiscal_year: fiscal_year, assessment_state: { column: state, values: { A: ASSESSED } }, municipal_income_levy: levy }
                as_of: { column: confirmed_at }
            people: { source: postgresql, connection: { environment: {{variable}} }, table: {{name}}.moves, key: person, number: town }
            """);
        await File.WriteAllTextAsync(agency["allow.yaml"], "allow: []\n");
    }

    public async ValueTask DisposeAsync()
    {
        agency.Dispose();
        if (server.Length > 0)
            await Sql($"DROP SCHEMA {name} CASCADE; DROP ROLE IF EXISTS {name}_w; DROP ROLE {name};");
    }

    [Fact]
    public async Task An_account_that_may_only_read_is_good()
    {
        var found = await Rights(Reader());

        Assert.Equal(Mark.Good, found.Mark);
    }

    [Theory]
    [InlineData("GRANT INSERT ON {0}.moves TO {0}")]
    [InlineData("GRANT TRUNCATE ON {0}.moves TO {0}")]
    [InlineData("GRANT UPDATE (town) ON {0}.moves TO {0}")]
    [InlineData("GRANT DELETE ON {0}.moves TO PUBLIC")]
    [InlineData("ALTER TABLE {0}.moves OWNER TO {0}")]
    [InlineData("CREATE ROLE {0}_w; GRANT INSERT ON {0}.moves TO {0}_w; GRANT {0}_w TO {0}; ALTER ROLE {0} NOINHERIT")]
    public async Task One_that_may_write_is_told_with_the_table(string grant)
    {
        await Sql(string.Format(CultureInfo.InvariantCulture, grant, name));

        var found = await Rights(Reader());

        Assert.Equal((Mark.Look, $"The account that reads the records may also write: {name}.moves."), (found.Mark, found.Says));
    }

    [Fact]
    public async Task An_owner_of_everything_is_told_with_a_few_of_its_tables()
    {
        await Sql($"CREATE TABLE {name}.a (x int); CREATE TABLE {name}.b (x int);");

        var found = await Rights(server);

        Assert.Equal(Mark.Look, found.Mark);
        Assert.EndsWith(" others.", found.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_odbc_a_right_is_seen_and_its_absence_is_not_vouched_for()
    {
        var reader = new NpgsqlConnectionStringBuilder(Reader());
        var odbc = $"{Servers.OdbcPostgres};UID={reader.Username};PWD={reader.Password}";
        await File.WriteAllTextAsync(agency["sources.yaml"], (await File.ReadAllTextAsync(agency["sources.yaml"])).Replace("source: postgresql", "source: odbc", StringComparison.Ordinal));
        Assert.Equal(Mark.Unknown, (await Rights(odbc)).Mark);
        await Sql($"GRANT INSERT ON {name}.moves TO {name}");

        var found = await Rights(odbc);

        Assert.Equal((Mark.Look, $"The account that reads the records may also write: {name}.moves."), (found.Mark, found.Says));
    }

    [Fact]
    public async Task Of_a_server_that_is_away_nothing_is_said_but_that()
    {
        Environment.SetEnvironmentVariable(variable, "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2");

        var found = await DataChecks.Sources("municipality", Options);

        Assert.DoesNotContain(found, one => one.Check == "database-rights");
        Assert.Contains(found, one => one is { Check: "sources", Mark: Mark.Look });
    }

    AdapterOptions Options => agency.Options with { Sources = agency["sources.yaml"], Allow = agency["allow.yaml"] };

    string Reader() => new NpgsqlConnectionStringBuilder(server) { Username = name, Password = name }.ToString();

    /// <summary>One for the two that name the same database.</summary>
    async Task<Diagnosis> Rights(string connection)
    {
        Environment.SetEnvironmentVariable(variable, connection);
        return Assert.Single(await DataChecks.Sources("municipality", Options), one => one.Check == "database-rights");
    }

    Task Sql(string text) => Servers.Run(server, text);
}
