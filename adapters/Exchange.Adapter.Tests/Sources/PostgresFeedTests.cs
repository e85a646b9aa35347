using System.Text.RegularExpressions;
using System.Threading.Channels;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Caching;
using Exchange.Hosting.Configuration;
using Npgsql;
using Records.Pension.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed partial class PostgresFeedTests : IAsyncLifetime
{
    readonly string schema = $"feed_{Guid.NewGuid():N}";
    readonly string variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
    readonly Income folder = new();
    readonly Channel<string?> heard = Channel.CreateUnbounded<string?>();
    readonly Channel<string> notices = Channel.CreateUnbounded<string>();
    string connection = "";
    IRecordSource? source;

    public async ValueTask InitializeAsync()
    {
        connection = Servers.Postgres;
        Environment.SetEnvironmentVariable(variable, connection);
        await Sql($"""
            CREATE SCHEMA {schema};
            SET search_path TO {schema};
            CREATE TABLE pension_year (person_no text, pay_year int, code text);
            CREATE TABLE payment (person_no text, pay_year int, paid_on date, amount int);
            INSERT INTO pension_year VALUES ('p1', 2025, 'old'), ('p2', 2025, 'old');
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (source is not null)
            await source.DisposeAsync();
        folder.Dispose();
        if (connection.Length > 0)
            await Sql($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task What_the_database_says_names_one_person_or_everybody()
    {
        Open("channel_" + schema);
        await UntilHeard("channel_" + schema);
        await Sql($"NOTIFY channel_{schema}, 'p1'");
        Assert.Equal("p1", await Next());
        await Sql($"NOTIFY channel_{schema}");
        Assert.Null(await Next());
        await Sql($"SELECT pg_notify('channel_{schema}', repeat('x', 257))");
        Assert.Null(await Next());
        await Sql($"SELECT pg_notify('channel_{schema}', repeat('x', 256))");
        Assert.Equal(new string('x', 256), await Next());
    }

    [Fact]
    public async Task When_listening_ends_and_when_it_begins_again_everybody_may_have_changed()
    {
        Open("channel_" + schema);
        await UntilHeard("channel_" + schema);
        await Sql($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \"channel_{schema}\"'");
        Assert.Null(await Next());
        Assert.Contains("not heard", await notices.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        Assert.Null(await Next());
        Assert.Contains("heard again", await notices.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        await Sql($"NOTIFY channel_{schema}, 'p1'");
        Assert.Equal("p1", await Next());
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_once_and_keeps_nobody_from_stopping()
    {
        Environment.SetEnvironmentVariable(variable, "Host=127.0.0.1;Port=1;Database=pension;Username=reader;Password=hush;Timeout=2");
        Open("channel_" + schema);
        // The columns cannot be compared; then the changes are not heard.
        foreach (var what in new[] { "cannot be reached", "not heard" })
        {
            var notice = await notices.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Contains(what, notice, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", notice, StringComparison.Ordinal);
        }
        await source!.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        source = null;
        Assert.False(heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task With_the_triggers_of_the_page_a_cached_record_is_dropped_as_soon_as_it_or_its_lists_change()
    {
        await Sql($"SET search_path TO {schema}; {Triggers().Replace("EXECUTE FUNCTION ", $"EXECUTE FUNCTION {schema}.", StringComparison.Ordinal)}");
        await using var cache = new RecordCache(SharedRedis.Random(32), SharedRedis.Random(32));
        Open("exchange_pension", cache.Watch);
        await UntilHeard("exchange_pension");
        Assert.Equal("old", (await Find(cache, "p1")).PensionCode);
        Assert.Equal("old", (await Find(cache, "p2")).PensionCode);

        await Sql($"UPDATE {schema}.pension_year SET code = 'new' WHERE person_no = 'p1'");
        Assert.Equal("p1", await Next());
        Assert.Equal("new", (await Find(cache, "p1")).PensionCode);
        await Sql($"INSERT INTO {schema}.payment VALUES ('p1', 2025, '2025-02-14', 7)");
        Assert.Equal("p1", await Next());
        Assert.Equal(7, Assert.Single((await Find(cache, "p1")).Payments_).Amount);
        await Sql($"UPDATE {schema}.payment SET person_no = 'p2'");
        Assert.Equal(["p1", "p2"], new[] { await Next(), await Next() }.Order());
        Assert.Empty((await Find(cache, "p1")).Payments_);
        await Sql($"TRUNCATE {schema}.payment");
        Assert.Null(await Next());
        Assert.Empty((await Find(cache, "p2")).Payments_);
    }

    [Theory]
    [InlineData("source: postgresql, notify: 'a\"; DROP TABLE x'", "no name of a channel")]
    [InlineData("source: sqlite, file: x.db, notify: changes", "unknown key 'notify'")]
    public void A_channel_is_a_simple_name_of_postgresql(string place, string what)
    {
        folder.Sql("x.db", "CREATE TABLE years (person TEXT, code TEXT)");
        var mapping = $"data_sets:\n  pension.payments.v1: {{{place}, connection: {{environment: {variable}}}, table: years, key: person, fields: {{pension_code: code}}}}\n";
        Assert.Contains(Assert.Throws<ConfigurationException>(() => folder.Read(mapping)).Problems, one => one.What.Contains(what, StringComparison.Ordinal));
    }

    void Open(string channel, Action<IRecordSource>? watch = null)
    {
        source = folder.Open($$$"""
            data_sets:
              pension.payments.v1:
                source: postgresql
                connection: {environment: {{{variable}}}}
                table: {{{schema}}}.pension_year
                key: person_no
                match: {year: pay_year}
                fields: {pension_code: code}
                lists:
                  payments: {table: {{{schema}}}.payment, key: person_no, match: {year: pay_year}, fields: {amount: amount} }
                notify: {{{channel}}}
            """, new SourceSettings { Notice = notice => notices.Writer.TryWrite(notice) });
        watch?.Invoke(source);
        source.Changed += person => heard.Writer.TryWrite(person);
    }

    /// <summary>Listening may have begun before or after it could be seen here.</summary>
    async Task UntilHeard(string channel)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var listeners = database.CreateCommand($"SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND query = 'LISTEN \"{channel}\"'");
        while ((long)(await listeners.ExecuteScalarAsync())! == 0)
            await Task.Yield();
        await Sql($"NOTIFY {channel}, 'heard'");
        while (await Next() != "heard")
        {
        }
    }

    Task<string?> Next() => heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    async Task<Payments> Find(RecordCache cache, string person) =>
        (Payments)(await cache.Find(source!, new RecordOwner(person, (UInt128)person.GetHashCode(StringComparison.Ordinal), 1), new PaymentsQuestion { Year = 2025 }, null, default)).Record!;

    Task Sql(string text) => Servers.Run(connection, text);

    /// <summary>As an operator would paste them from docs/configuration.md.</summary>
    static string Triggers()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent!;
        return Example().Match(File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md"))).Groups["text"].Value;
    }

    [GeneratedRegex("```sql\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
