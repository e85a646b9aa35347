using System.Text;
using Dapper;
using Exchange.Sandbox.Residents;
using Microsoft.Data.Sqlite;

namespace Exchange.Sandbox.Files.Records;

/// <summary>The agencies' records, each in the form such an agency has: a database here, files in Shift_JIS there.</summary>
static class AgencyRecords
{
    /// <summary>Written once: an agency's records are its own to change.</summary>
    public static void Write(AgencyFolder agency, IReadOnlyList<Resident> residents)
    {
        switch (agency)
        {
            case { Kind: "tax" }:
                WriteOnce(agency.Records("income.db"), path => TaxRecords.Write(path, residents));
                break;
            case { Kind: "pension" }:
                WriteOnce(agency.Records("pension.db"), path => PensionRecords.Write(path, residents));
                break;
            case { Id: ExchangePlan.Chiyoda }:
                CsvTownRecords.Write(agency, residents);
                break;
            default:
                WriteOnce(agency.Records("town.db"), path => TownRecords.Write(path, residents, agency.Id));
                break;
        }
    }

    /// <summary>Where they are, as the agency's adapter reads it.</summary>
    public static string Mapping(AgencyFolder agency) => agency switch
    {
        { Kind: "tax" } => TaxRecords.Mapping,
        { Kind: "pension" } => PensionRecords.Mapping,
        { Id: ExchangePlan.Chiyoda } => CsvTownRecords.Mapping,
        _ => TownRecords.Mapping,
    };

    public static void WriteOnce(string path, Action<string> write)
    {
        if (File.Exists(path))
            return;
        // A start that is interrupted leaves no half-written records behind.
        write(path + ".new");
        File.Move(path + ".new", path);
    }

    public static void WriteLines(string path, IEnumerable<string> lines)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllLines(path, lines, Encoding.GetEncoding("shift_jis"));
    }

    public static void InDatabase(string path, Action<SqliteConnection, SqliteTransaction> write)
    {
        File.Delete(path);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        using (var transaction = connection.BeginTransaction())
        {
            write(connection, transaction);
            transaction.Commit();
        }
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    }

    /// <summary>Nobody declared anything, or nobody has looked at it: not known, which is not zero.</summary>
    public static long? Known(Resident one, long amount) => one.State is 'U' or 'P' ? null : amount;
}
