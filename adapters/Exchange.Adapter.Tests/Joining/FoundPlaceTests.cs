using Exchange.Adapter.Joining;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Tests.Joining;

/// <summary>What init finds in a database of a real server.</summary>
public sealed class FoundPlaceTests : IAsyncLifetime
{
    readonly string schema = $"found_{Guid.NewGuid():N}"[..20];
    readonly string folder = Directory.CreateTempSubdirectory("exchange-found-").FullName;
    string server = "";

    public async ValueTask InitializeAsync()
    {
        server = Servers.Postgres;
        await Sql($"CREATE SCHEMA {schema}; CREATE TABLE {schema}.residents (resident_no text, my_number text); INSERT INTO {schema}.residents SELECT 'R' || i, i FROM generate_series(1, 30) i");
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        if (server.Length > 0)
            await Sql($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public void Tables_columns_and_values_are_found_through_odbc_as_they_are_without()
    {
        var (odbc, plain) = (FoundPlace.OfOdbc(Connection(Servers.OdbcPostgres), folder), FoundPlace.OfPostgres(Connection(server), folder));

        foreach (var place in new[] { odbc, plain })
        {
            var table = Assert.Single(place.Tables, one => one.Name == $"{schema}.residents");
            Assert.Equal(["resident_no", "my_number"], table.Columns);
            Assert.Equal(5, table.Values("resident_no", 5).Count);
            Assert.Contains($"{schema}.residents", place.Rights!.Tables);
        }
        Assert.Equal("source: odbc", Assert.Single(odbc.Tables, one => one.Name == $"{schema}.residents").Yaml[0]);
        Assert.DoesNotContain(odbc.Tables, one => one.Name.StartsWith("pg_catalog.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_connection_string_of_odbc_is_said_with_one_that_is() =>
        Assert.Contains("Driver={", Assert.Throws<InterviewException>(() => FoundPlace.OfOdbc(Connection("Server=db;Database=tax"), folder)).Message, StringComparison.Ordinal);

    string Connection(string text)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        SecretFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text));
        return path;
    }

    Task Sql(string text) => Servers.Run(server, text);
}
