using System.Security.Cryptography;
using Exchange.Adapter;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Storage;
using Exchange.Sandbox.Files;
using Microsoft.Data.Sqlite;

namespace Exchange.Hammer.Curves;

/// <summary>An agency's table of people, made by its adapter's own code, and rows in it that no enrolment wrote: one by one that would take an hour.</summary>
sealed class PeopleRows : IDisposable
{
    const int RowIdLength = 16;

    readonly SqliteConnection connection;
    readonly SqliteBatch batch;
    readonly SqliteStatement person, pseudonym;

    public PeopleRows(AgencyFolder agency)
    {
        var options = AdapterOptions.Read(agency.Config, agency.Id);
        using (var keys = AgencyKeys.Read(options.Keys))
        using (var people = People.Open(agency.PeopleDb, keys.ClosingId, options.Epoch, TimeProvider.System))
            Count = people.Count;
        connection = new SqliteStore(agency.PeopleDb, Durability.Process).Open();
        batch = new SqliteBatch(connection, "people");
        person = new SqliteStatement(connection, "INSERT INTO people (local_key, row_id, stored, match_generation, quarantined) VALUES (?1, ?2, ?3, 1, 0)");
        pseudonym = new SqliteStatement(connection, "INSERT INTO pseudonym (stored, row_id) VALUES (?1, ?2)");
    }

    /// <summary>When it was opened.</summary>
    public int Count { get; }

    /// <summary>All or none.</summary>
    public void Add(IReadOnlyList<(string Key, byte[] Stored)> people) => batch.Run(() =>
    {
        Span<byte> row = stackalloc byte[RowIdLength];
        foreach (var (key, stored) in people)
        {
            RandomNumberGenerator.Fill(row);
            person.Bind(1, key);
            person.Bind(2, row);
            person.Bind(3, stored);
            person.Run();
            pseudonym.Bind(1, stored);
            pseudonym.Bind(2, row);
            pseudonym.Run();
        }
    });

    public void Dispose()
    {
        person.Dispose();
        pseudonym.Dispose();
        batch.Dispose();
        connection.Dispose();
    }
}
