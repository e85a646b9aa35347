using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Records.Pension.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class ConcurrencyTests : IDisposable
{
    readonly Income folder = new();

    public ConcurrencyTests()
    {
        foreach (var name in new[] { "one.db", "other.db" })
            folder.Sql(name, "CREATE TABLE years (person TEXT, code TEXT); INSERT INTO years VALUES ('p', '1150')");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("one.db", true)]
    [InlineData("other.db", false)]
    public async Task A_data_set_waits_for_its_turn_behind_another_of_the_same_database_alone(string file, bool waits)
    {
        await using var data = folder.Read($$"""
            data_sets:
              tax.income.v1:
                source: sqlite
                file: one.db
                concurrency: 1
                timeout: 60s
                query: WITH RECURSIVE n(i) AS (SELECT 1 WHERE @person = 'p' UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS total FROM n
                fields: {total_income: total}
              pension.payments.v1: {source: sqlite, file: {{file}}, concurrency: 8, timeout: 300ms, table: years, key: person, fields: {pension_code: code} }
            """);
        using var stop = new CancellationTokenSource();
        var endless = data.Sources["tax.income.v1"].Find("p", Income.Year(2024), stop.Token).AsTask();
        var behind = data.Sources["pension.payments.v1"].Find("p", new PaymentsQuestion(), default).AsTask();
        if (waits)
            Assert.Contains("no answer within 0.3 s", (await Assert.ThrowsAsync<SourceException>(() => behind)).Message, StringComparison.Ordinal);
        else
            Assert.NotNull(await behind);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
    }

    [Theory]
    [InlineData(16, null, null)]
    [InlineData(64, 64, null)]
    [InlineData(3, 64, 3)]
    public void The_smallest_number_that_is_said_holds(int turns, int? first, int? second)
    {
        var gates = new QueryGates();
        var place = new Place(PlaceReader.Postgres, "", "Host=db", new());
        foreach (var said in new[] { first, second })
            gates.Of(place, SourceLimits.Default with { Concurrency = said });
        var gate = gates.Of(place, SourceLimits.Default);
        for (var i = 0; i < turns; i++)
            Assert.True(gate.Enter(default).IsCompletedSuccessfully);
        var next = gate.Enter(default);
        Assert.False(next.IsCompleted);
        gate.Leave();
        Assert.True(next.IsCompletedSuccessfully);
    }
}
