using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Journeys.Tests.Pages;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Joining;
using Exchange.Sandbox.Residents;
using Npgsql;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>A third town comes with its own file of residents and goes the whole way: invitation, certificate, records, enrolment, a first answer, being asked, the doctor.</summary>
public sealed class JoiningTests(JoiningTests.Own own) : IClassFixture<JoiningTests.Own>, IDisposable
{
    public sealed class Own : OwnExchange;

    const string Osaka = RunningExchange.Osaka;

    /// <summary>Bytes that a town's adapter may have for itself; it is to run on the oldest machine of the office.</summary>
    const long MostMemory = 256L << 20;

    readonly RunningExchange exchange = own.Exchange;
    readonly string folder = Directory.CreateTempSubdirectory("town-").FullName;

    [Fact]
    public async Task A_town_with_csv_files_in_shift_jis_joins_is_answered_and_answers()
    {
        Export();
        await Joins("jp.mun.131032", "records=csv", $"records.place={In("export")}");
    }

    [Fact]
    public async Task An_init_that_could_enrol_nobody_has_not_joined_and_goes_on_when_it_is_told_better()
    {
        Export();
        await using var door = Door.Open(exchange);
        string[] init = ["init", "--folder", In("town"), "--exchange", exchange.Folder.Folder, "--yes"];

        var (code, told) = await TownProgram.Run([.. init, "--answer", "agency=jp.mun.131067", "--answer", "name=Taito", "--answer", "records=csv", "--answer", $"records.place={In("export")}", "--answer", "people.number=宛名番号"]);
        Assert.True(code == 1, told);
        Assert.Contains("only 0 are individual numbers", told, StringComparison.Ordinal);

        // Who it is and where its records are was said before.
        (code, told) = await TownProgram.Run([.. init, "--answer", "people.number=個人番号"]);
        Assert.True(code == 0, told);
        Assert.Contains("Everybody of the list: 30 enrolled.", told, StringComparison.Ordinal);
        Assert.Contains("FOUND, jp.tax", told, StringComparison.Ordinal);
        Assert.False(File.Exists(In("town", "init-answers.json")));
        (code, told) = await TownProgram.Run(init);
        Assert.True(code == 0, told);
        Assert.Contains("this agency has joined", told, StringComparison.Ordinal);

        // Anew, with new keys and the same name.
        Directory.Move(In("town"), In("town.old"));
        (code, told) = await TownProgram.Run([.. init, "--answer", "agency=jp.mun.131067", "--answer", "name=Taito", "--answer", "records=csv", "--answer", $"records.place={In("export")}"]);
        Assert.True(code == 0, told);
        Assert.Contains("FOUND, jp.tax", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_by_which_nobody_has_a_record_stops_before_anybody_is_enrolled_and_an_id_of_the_sandbox_itself_is_refused()
    {
        Export();
        await using var door = Door.Open(exchange);
        string[] init = ["init", "--folder", In("town"), "--exchange", exchange.Folder.Folder, "--yes", "--answer", "name=Taito", "--answer", "records=csv", "--answer", $"records.place={In("export")}"];
        var (code, told) = await TownProgram.Run([.. init, "--answer", "agency=jp.mun.131016"]);
        Assert.Equal(1, code);
        Assert.Contains("one of the sandbox's own agencies", told, StringComparison.Ordinal);
        (code, told) = await TownProgram.Run([.. init, "--answer", "agency=jp.mun.131075", "--answer", "people.key=個人番号"]);
        Assert.Equal(1, code);
        Assert.Contains("Stopped; nobody has been enrolled.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("7. Enrolment", told, StringComparison.Ordinal);
    }

    void Export()
    {
        Directory.CreateDirectory(In("export"));
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var shiftJis = Encoding.GetEncoding(932);
        File.WriteAllLines(In("export", "juki.csv"), Residents.Select((one, i) => $"{1001 + i},{one.Name},{one.Number}").Prepend("宛名番号,氏名,個人番号"), shiftJis);
        File.WriteAllLines(In("export", "kazei.csv"), Residents.Select((one, i) => $"{1001 + i},2026,課税,\"{one.TotalIncome.ToString("N0", CultureInfo.InvariantCulture)}\",{one.TaxableIncome},{one.MunicipalLevy},{one.PrefecturalLevy},2026/06/01")
            .Prepend("宛名番号,年度,課税区分,合計所得金額,課税標準額,市町村民税所得割,道府県民税所得割,決定日"), shiftJis);
    }

    [Fact]
    public async Task A_town_with_postgresql_joins_is_answered_and_answers()
    {
        await using var database = NpgsqlDataSource.Create(Servers.Postgres);
        var schema = "town_" + Guid.NewGuid().ToString("N")[..8];
        await using (var create = database.CreateCommand($"CREATE SCHEMA {schema}; CREATE TABLE {schema}.resident (resident_no text PRIMARY KEY, my_number text); CREATE TABLE {schema}.resident_tax (resident_no text, fiscal_year int, state text, total bigint, taxable bigint, levy_municipal bigint, levy_prefectural bigint)"))
            await create.ExecuteNonQueryAsync();
        try
        {
            foreach (var (i, one) in Residents.Index())
            {
                await using var insert = database.CreateCommand($"INSERT INTO {schema}.resident VALUES ($1, $2); ");
                insert.Parameters.AddWithValue($"{1001 + i}");
                insert.Parameters.AddWithValue(one.Number);
                await insert.ExecuteNonQueryAsync();
                await using var tax = database.CreateCommand($"INSERT INTO {schema}.resident_tax VALUES ($1, 2026, 'A', $2, $3, $4, $5)");
                tax.Parameters.AddWithValue($"{1001 + i}");
                foreach (var amount in new[] { one.TotalIncome, one.TaxableIncome, one.MunicipalLevy, one.PrefecturalLevy })
                    tax.Parameters.AddWithValue(amount);
                await tax.ExecuteNonQueryAsync();
            }
            Hosting.Secrets.SecretFile.Write(In("records.connection"), Encoding.UTF8.GetBytes(Servers.Postgres));
            await Joins("jp.mun.131041", "records=postgresql", $"records.place={In("records.connection")}",
                $"people={schema}.resident", $"municipality.resident-tax.v1={schema}.resident_tax", "municipality.household.v1=", "municipality.benefits.v1=", "residences=");
        }
        finally
        {
            await using var drop = database.CreateCommand($"DROP SCHEMA {schema} CASCADE");
            await drop.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Who_knocks_where_nobody_is_at_home_is_told_and_nothing_is_left_half_done()
    {
        var (code, told) = await TownProgram.Run("init", "--folder", In("town"), "--exchange", In("nothing"), "--yes");
        Assert.Equal(1, code);
        Assert.Contains("is no folder of a sandbox that stays up", told, StringComparison.Ordinal);
        Assert.False(File.Exists(In("town", "adapter.yaml")));
    }

    [Fact]
    public async Task An_answer_that_is_wrong_and_one_that_is_missing_are_told_by_name()
    {
        await using var door = Door.Open(exchange);
        var (code, told) = await TownProgram.Run("init", "--folder", In("town"), "--exchange", exchange.Folder.Folder, "--yes", "--answer", "agency=jp.mun.131033");
        Assert.Equal(1, code);
        Assert.Contains("--answer agency=jp.mun.131033: the id of a municipality ends with its local government code", told, StringComparison.Ordinal);
        (code, told) = await TownProgram.Run("init", "--folder", In("town"), "--exchange", exchange.Folder.Folder, "--yes", "--answer", "agency=jp.mun.131059", "--answer", "colour=red");
        Assert.Equal(1, code);
        Assert.Contains("Give it as --answer records.place=...", told, StringComparison.Ordinal);
        Assert.Contains("Not asked for: colour.", told, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>People whom the tax agency and Osaka know, too.</summary>
    IReadOnlyList<Resident> Residents => [.. exchange.Folder.Residents.Where(one => one is { Town: Osaka, State: 'A', IsUnknownToTax: false, MovedTo: null }).Take(30)];

    async Task Joins(string agency, params string[] answers)
    {
        await using var door = Door.Open(exchange);
        var began = TimeProvider.System.GetTimestamp();

        // 1. It joins.
        var (code, told) = await TownProgram.Run(
            ["init", "--folder", In("town"), "--exchange", exchange.Folder.Folder, "--yes", .. ((string[])[$"agency={agency}", "name=Minato", .. answers]).SelectMany(answer => new[] { "--answer", answer })]);
        Assert.True(code == 0, told);
        var shown = told;
        Assert.Contains("30 records of 30 of 30 people looked at; 0 break the contract.", told, StringComparison.Ordinal);
        Assert.Contains("Everybody of the list: 30 enrolled.", told, StringComparison.Ordinal);
        Assert.Contains("FOUND, jp.tax", told, StringComparison.Ordinal);

        // 2. It serves.
        using var serving = TownProgram.Start("serve", "--config", In("town", "adapter.yaml"));
        try
        {
            Assert.StartsWith("Local API at", await Line(serving), StringComparison.Ordinal);

            // 3. It asks, without anybody writing a program: the canary, and a file of questions.
            string[] asks = ["ask", "--config", In("town", "adapter.yaml"), "--caller-key", In("town", "keys", "front-office.key"), "--task", "benefit-eligibility", "--data-set", "tax.income.v1", "--question", "year=2025", "--official", "suzuki", "--case", "2026-1"];
            (code, told) = await TownProgram.Run([.. asks, "--person", "1001"]);
            Assert.True(code == 0, told);
            Assert.Matches($"total_income +{Residents[0].TotalIncome}\\b", told);
            await File.WriteAllLinesAsync(In("questions.csv"), Residents.Select((_, i) => $"{1001 + i}").Prepend("person"));
            (code, told) = await TownProgram.Run([.. asks, "--in", In("questions.csv"), "--out", In("answers.csv")]);
            Assert.True(code == 0, told);
            Assert.Equal(31, File.ReadAllLines(In("answers.csv")).Length);

            // 4. Osaka asks it about somebody whom both know.
            await RunningExchange.Until(async () => (await AskedByOsaka(agency)).Refusal is null);
            var answer = await AskedByOsaka(agency);
            Assert.True(answer.Status == V1.AnswerStatus.Found, answer.Status + Environment.NewLine + await File.ReadAllTextAsync(In("town", "allow.yaml")));
            Assert.Equal(Residents[3].TotalIncome, Records.Municipality.V1.ResidentTax.Parser.ParseFrom(answer.Record).TotalIncome);

            // 5. The doctor is content, and says so to programs and on paper.
            (code, told) = await TownProgram.Run("doctor", "--config", In("town", "adapter.yaml"), "--caller-key", In("town", "keys", "front-office.key"), "--json", "--report", In("report.html"));
            Assert.True(code == 0, told);
            var found = JsonDocument.Parse(told[..(told.LastIndexOf(']') + 1)]).RootElement.EnumerateArray().ToDictionary(one => one.GetProperty("check").GetString()! + one.GetProperty("says").GetString(), one => one.GetProperty("mark").GetString());
            foreach (var check in new[] { "certificate-name", "clock", "hub", "round-trip", "journal", "people", "serving", "keys-apart", "matrix" })
                Assert.Contains(found, one => one.Key.StartsWith(check, StringComparison.Ordinal) && one.Value == "good");
            Assert.Contains("基幹系システムは分離されているか", await File.ReadAllTextAsync(In("report.html")), StringComparison.Ordinal);

            // 6. On a small machine, and before the coffee is cold.
            if (OperatingSystem.IsLinux())
                Assert.InRange(OwnMemory(serving.Id), 1, MostMemory);
            var reading = Reading(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "how-to", "join.md"))) + Reading(shown);
            Assert.InRange(TimeProvider.System.GetElapsedTime(began) + reading, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        }
        finally
        {
            serving.Kill();
        }
    }

    Task<Exchange.Adapter.Asking.AskOutcome> AskedByOsaka(string agency) => exchange.Ask(Osaka, Residents[3].TownKey, agency, dataSet: RunningExchange.ResidentTax);

    /// <summary>Of somebody who reads it all, at 200 words a minute; adults read 238 of a text that is no story (Brysbaert 2019). Frames of tables are no words.</summary>
    static TimeSpan Reading(string text) => TimeSpan.FromMinutes(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit)) / 200.0);

    static async Task<string> Line(System.Diagnostics.Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            if (line.StartsWith("Local API", StringComparison.Ordinal))
                return line;
        return "";
    }

    /// <summary>RssAnon of proc_pid_status(5), in bytes.</summary>
    static long OwnMemory(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    string In(params ReadOnlySpan<string> parts) => Path.Combine([folder, .. parts]);

    /// <summary>Somebody stands behind the door of the exchange for as long as it is open.</summary>
    sealed class Door : IAsyncDisposable
    {
        static readonly TimeSpan look = TimeSpan.FromMilliseconds(50);

        readonly CancellationTokenSource stop = new();
        readonly Task opening;

        Door(RunningExchange exchange) => opening = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (Doorkeeper.Open(exchange.Folder, TimeProvider.System).Count > 0)
                {
                    // Rather than at the hub's next look at its files, and at the key authority.
                    exchange.Hub<PolicyReloader>().ReloadNow();
                    await exchange.Hub<AuthorityKeys>().Refresh(stop.Token);
                }
                await Task.Delay(look, TimeProvider.System, stop.Token);
            }
        });

        public static Door Open(RunningExchange exchange) => new(exchange);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }
}
