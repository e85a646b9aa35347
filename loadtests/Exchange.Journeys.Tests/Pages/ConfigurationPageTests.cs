using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Exchange.Adapter;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Hours;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Sources;
using Exchange.Gateway;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Serving;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Municipality;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.DataSets;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests.Pages;

/// <summary>The examples of docs/configuration.md, written out and read by the programs' own readers.</summary>
public sealed partial class ConfigurationPageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-page-").FullName;

    public ConfigurationPageTests()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        foreach (Match example in Example().Matches(page))
            File.WriteAllText(PathOf(example.Groups["name"].Value), example.Groups["text"].Value);
    }

    [Fact]
    public void The_hubs_files_are_read_and_agree_with_each_other_and_with_this_version()
    {
        WriteCertificates("hub", "authority");
        WriteSecret("enrolment.key");
        WriteSecret("log.key");
        var options = GatewayOptions.Read(PathOf("gateway.yaml"));
        Assert.Equal("hub-1", options.Name);
        var problems = new Problems();
        var policy = new PolicyFiles(options.Directory, options.Matrix, options.Quotas).Read(problems);
        problems.ThrowIfAny();
        Assert.Equal(3, policy!.Directory.Agencies.Length);
        Assert.Equal(3, policy.Matrix.Rows.Length);
        Assert.Equal("low-income", Assert.Single(policy.Matrix.Rows[2].Predicates).Name);
        Assert.Equal(200, policy.Quotas.LookupLimit(policy.Directory.Agencies[0], DataSetCatalogue.Income.Id).Burst);
        Assert.All(policy.Directory.DataSets, one => Assert.Contains(DataSetCatalogue.All, own => DataSetCatalogue.Agrees(own, one.ToMessage())));
    }

    [Fact]
    public void A_hubs_log_in_a_database_is_read_and_bounded_there()
    {
        WriteCertificates("hub", "authority");
        WriteSecret("enrolment.key");
        WriteSecret("log.key");
        Environment.SetEnvironmentVariable("AUDIT_DATABASE", "Host=db;Database=exchange;Username=hub;Password=hunter2");
        var both = File.ReadAllText(PathOf("gateway.yaml")) + File.ReadAllText(PathOf("gateway-audit.yaml"));
        File.WriteAllText(PathOf("gateway.yaml"), both);
        Assert.Contains("bound that where it runs", Assert.Single(Assert.Throws<ConfigurationException>(() => GatewayOptions.Read(PathOf("gateway.yaml"))).Problems).What);

        File.WriteAllLines(PathOf("gateway.yaml"), both.Split('\n').Where(line => !line.StartsWith("largest_audit_bytes", StringComparison.Ordinal)));
        var options = GatewayOptions.Read(PathOf("gateway.yaml"));
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(3), false), (options.Audit!.Lease, options.Audit.Timeout, options.Audit.MayLoseEntries));
        Assert.DoesNotContain("hunter2", options.ToString());
    }

    [Fact]
    public void The_key_authoritys_file_is_read()
    {
        WriteCertificates("authority");
        WriteSecret("authority-keys.json");
        Assert.Equal("hub-1", KeyAuthorityOptionsFile.Read(PathOf("authority.yaml"), TimeProvider.System).Hubs[0]);
    }

    [Fact]
    public void The_witnesss_file_is_read_and_it_is_the_one_that_the_hub_names()
    {
        WriteCertificates("hub", "authority");
        foreach (var secret in new[] { "witness.key", "enrolment.key", "log.key" })
            WriteSecret(secret);
        var (witness, hub) = (WitnessOptions.Read(PathOf("witness.yaml")), GatewayOptions.Read(PathOf("gateway.yaml")));
        Assert.Equal(Assert.Single(hub.Log.Witnesses).Key.Name, witness.Name);
        Assert.Equal(hub.Name, Assert.Single(witness.Logs).Key);
    }

    [Fact]
    public async Task An_agencys_files_are_read()
    {
        WriteCertificates("town", "authority", "local");
        Directory.CreateDirectory(PathOf("secrets"));
        WriteSecret("secrets/agency.keys");
        WriteSecret("secrets/journal.keys");
        WriteRecords();
        WriteCallerKeys();
        var options = AdapterOptions.Read(PathOf("adapter.yaml"), "exchange-municipality");
        Assert.Equal(TimeSpan.FromSeconds(10), options.LocalApi.DefaultDeadline);
        Assert.Equal(PathOf("programmes.yaml"), options.Programmes);

        var provided = DataSetCatalogue.OfKind("municipality");
        await using var data = MappingFile.Read(options.Sources!, provided);
        Assert.NotNull(data.People);
        Assert.Equal([new Move(new DateOnly(2025, 4, 1), null, "131016")], await data.Residences!.Find("4711", TestContext.Current.CancellationToken));
        await using var deltas = MappingFile.Read(PathOf("sources-deltas.yaml"), provided);
        Assert.NotNull(deltas.People);
        var row = await data.Sources[DataSetCatalogue.ResidentTax.Id].Find("4711", new Records.Municipality.V1.ResidentTaxQuestion { FiscalYear = 2026 }, TestContext.Current.CancellationToken);
        var record = Assert.IsType<Records.Municipality.V1.ResidentTax>(row!.Record);
        Assert.Equal((3_200_000, 1_800_000, "2026-06-10"), (record.TotalIncome, record.TaxableIncome, record.AssessedOn));

        Assert.Equal([1u, 2u], AllowList.Read(options.Allow!, provided)
            .Release("jp.mun.131024", "benefit-eligibility", DataSetCatalogue.ResidentTax.Id, [1, 2, 3]).Numbers);
        var hours = OpeningFile.Read(options.Opening!);
        Assert.Equal((7, 2, 1), (hours.Weekly!.Count, hours.Closed.Count, hours.Maintenance.Count));
        var callers = CallersFile.Read(options.LocalApi.CallersFile, [.. DataSetCatalogue.All.Select(one => one.Id)], out _);
        Assert.True(callers.Find("benefits")!.May("benefit-eligibility", DataSetCatalogue.Income.Id));
    }

    [Fact]
    public void The_programmes_shown_are_those_of_the_program_and_the_example_of_every_key_is_read()
    {
        using var shipped = new StreamReader(typeof(TownHall).Assembly.GetManifestResourceStream("programmes.yaml")!);
        Assert.Equal(shipped.ReadToEnd(), File.ReadAllText(PathOf("programmes.yaml")));
        Assert.Equal(Programmes.Shipped.All.Select(one => one.Days), ProgrammesFile.Read(PathOf("programmes.yaml")).All.Select(one => one.Days));
        var heating = Assert.Single(ProgrammesFile.Read(PathOf("programmes-heating.yaml")).All);
        Assert.Equal((true, true, 1_600_000), (heating.LivedHere, heating.Waiver.ForExempt, heating.Ceiling.Of(3, 1)));
    }

    [Fact]
    public async Task The_mapping_of_a_record_with_lists_reads_them()
    {
        Sql("pension.db", """
            CREATE TABLE pension_year (person_no TEXT, pay_year INTEGER, code TEXT, updated_at TEXT);
            CREATE TABLE payment (person_no TEXT, pay_year INTEGER, paid_on TEXT, amount INTEGER);
            INSERT INTO pension_year VALUES ('4711', 2025, '1150', '2026-01-10');
            INSERT INTO payment VALUES ('4711', 2025, '2025-04-15', 2), ('4711', 2025, '2025-02-14', 1);
            """);
        await using var data = MappingFile.Read(PathOf("sources-pension.yaml"), DataSetCatalogue.OfKind("pension"));
        var row = await data.Sources[DataSetCatalogue.Payments.Id].Find("4711", new Records.Pension.V1.PaymentsQuestion { Year = 2025 }, TestContext.Current.CancellationToken);
        Assert.Equal([1L, 2L], Assert.IsType<Records.Pension.V1.Payments>(row!.Record).Payments_.Select(one => one.Amount));
    }

    [Fact]
    public async Task The_mapping_of_a_database_behind_ODBC_reads_it()
    {
        var driver = Environment.GetEnvironmentVariable("EXCHANGE_ODBC_SQLITE");
        if (string.IsNullOrEmpty(driver))
        {
            const string reason = "needs the name of an ODBC driver of SQLite in EXCHANGE_ODBC_SQLITE";
            if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
                Assert.Fail(reason);
            Assert.Skip(reason);
        }
        Sql("tax.db", """
            CREATE TABLE resident_tax (person_no INTEGER, fiscal_year INTEGER, state TEXT, municipal_levy INTEGER, confirmed_at TEXT);
            CREATE TABLE residents (person_no INTEGER, my_number TEXT);
            INSERT INTO resident_tax VALUES (4711, 2026, 'A', 108000, '2026-06-10');
            """);
        Environment.SetEnvironmentVariable("TAX_DATABASE", $"Driver={{{driver}}};Database={PathOf("tax.db")}");
        await using var data = MappingFile.Read(PathOf("sources-odbc.yaml"), DataSetCatalogue.OfKind("municipality"));
        var row = await data.Sources[DataSetCatalogue.ResidentTax.Id].Find("4711", new Records.Municipality.V1.ResidentTaxQuestion { FiscalYear = 2026 }, TestContext.Current.CancellationToken);
        Assert.Equal(108_000, Assert.IsType<Records.Municipality.V1.ResidentTax>(row!.Record).MunicipalIncomeLevy);
    }

    [Fact]
    public async Task A_database_that_is_away_keeps_no_mapping_from_being_read()
    {
        Environment.SetEnvironmentVariable("RECORDS_DATABASE", "Host=127.0.0.1;Port=1;Database=records;Username=reader;Timeout=2");
        await using var data = MappingFile.Read(PathOf("sources-postgresql.yaml"), DataSetCatalogue.OfKind("municipality"));
        Assert.Single(data.Sources);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string PathOf(string name) => Path.Combine(folder, name);

    void Sql(string name, string text)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf(name)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    void WriteSecret(string name) => SecretFile.Write(PathOf(name), "{}"u8);

    void WriteCertificates(params string[] names)
    {
        using var authority = ThrowawayAuthority.Create(TimeProvider.System);
        PemFiles.Write(authority.Root, PathOf("ca.pem"));
        File.WriteAllBytes(PathOf("ca.crl"), authority.SignRevocationList());
        foreach (var name in names)
        {
            using var certificate = name switch
            {
                "hub" => authority.IssueHub("hub-1"),
                "authority" => authority.IssueKeyAuthority(),
                _ => authority.IssueAgency("jp.mun.131016"),
            };
            PemFiles.Write(certificate, PathOf(name + ".pem"), PathOf(name + ".key"));
        }
    }

    void WriteCallerKeys()
    {
        File.Copy(PathOf("ca.pem"), PathOf("local-ca.pem"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(PathOf("benefits.pub"), key.ExportSubjectPublicKeyInfoPem());
    }

    void WriteRecords()
    {
        Directory.CreateDirectory(PathOf("incoming"));
        var shiftJis = CodePagesEncodingProvider.Instance.GetEncoding(932)!;
        File.WriteAllText(PathOf("resident-tax.csv"), """
            宛名番号,年度,課税区分,総所得金額,課税標準額（千円）,市民税所得割,県民税所得割,決定日
            4711,2026,課税,"3,200,000",1800,108000,72000,2026/06/10

            """, shiftJis);
        File.WriteAllText(PathOf("residents.csv"), "宛名番号,個人番号\n4711,123456789018\n", shiftJis);
        File.WriteAllText(PathOf("identities.csv"), "宛名番号,生年月日,氏名カナ\n4711,1984/05/14,ヤマダ ハナコ\n", shiftJis);
        File.WriteAllText(PathOf("moves.csv"), "宛名番号,転入日,転出日,市区町村コード\n4711,2025/04/01,,13101\n", shiftJis);
    }

    [GeneratedRegex(@"```yaml\n# (?<name>[a-z-]+\.yaml)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
