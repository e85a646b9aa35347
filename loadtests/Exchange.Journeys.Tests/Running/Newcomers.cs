using System.Globalization;
using Dapper;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests.Running;

/// <summary>People whom Osaka knows besides its own residents.</summary>
public static class Newcomers
{
    /// <summary>A resident of Chiyoda who moved: both towns hold a record.</summary>
    public const string Mover = "M-7391";

    /// <summary>As only Osaka knows it: a number that stands nowhere else.</summary>
    public const long MoversIncome = 918_273_645_546;

    /// <summary>Two rows of Osaka's list with the number of one resident of Chiyoda.</summary>
    public const string Twin = "D-1", OtherTwin = "D-2";

    public static void Add(ExchangeFolder folder)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = folder.Agency(ExchangePlan.Osaka).Records("town.db"), Pooling = false }.ConnectionString);
        connection.Open();
        Add(connection, Mover, Moved(folder), MoversIncome);
        Add(connection, Twin, Doubled(folder), 1_000_000);
        Add(connection, OtherTwin, Doubled(folder), 2_000_000);
    }

    public static Resident Moved(ExchangeFolder folder) => OfChiyoda(folder).First();

    public static Resident Doubled(ExchangeFolder folder) => OfChiyoda(folder).Last();

    static IEnumerable<Resident> OfChiyoda(ExchangeFolder folder) => folder.Residents.Where(one => one.Town == ExchangePlan.Chiyoda && one.State == 'A');

    static void Add(SqliteConnection connection, string key, Resident person, long income)
    {
        connection.Execute("INSERT INTO resident VALUES (@key, @Number)", new { key, person.Number });
        connection.Execute(string.Create(CultureInfo.InvariantCulture,
            $"INSERT INTO resident_tax VALUES ('{key}', 2026, 'A', {income}, {income}, 60000, 40000, 3000, 1000, 104000, 1)"));
    }
}
