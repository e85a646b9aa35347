using System.Data.Odbc;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>What an error of an ODBC driver means, by its SQLSTATE. The driver's own words may quote cells and are never told.</summary>
static class OdbcFaults
{
    public static string Explain(Exception error) => error switch
    {
        _ when Missing(error) is { } missing => missing,
        OdbcException e => $"ODBC says {State(e)} (error {Number(e)}): {Meaning(State(e))}",
        _ => $"ODBC cannot be used ({error.GetType().Name})",
    };

    /// <summary>What is not installed on this machine; null when it is something else.</summary>
    public static string? Missing(Exception error) => error switch
    {
        DllNotFoundException => "ODBC is not installed on this machine (no libodbc); install unixodbc and the driver of the database",
        // 01000 is what unixODBC says of a driver whose library cannot be opened.
        OdbcException e when State(e) is "01000" or "IM002" or "IM003" or "IM004" =>
            $"there is no ODBC driver or data source of the name in the connection string, or it cannot be loaded (ODBC says {State(e)}); install the driver's package, and see that odbcinst -q -d or -q -s lists the name",
        _ => null,
    };

    /// <summary>The value of a parameter is none that its column can hold: no number, too large, no date, too long.</summary>
    public static bool FitsNoColumn(OdbcException error) =>
        State(error) is "22018" or "22003" or "22005" or "22007" or "22008" or "22001" or "22021" or "22P02";

    /// <summary>The connection is of no more use.</summary>
    public static bool IsLost(OdbcException error) => State(error) is ['0', '8', ..] or ['5', '7', 'P', ..] or "HYT01";

    static string State(OdbcException error) =>
        error.Errors.Count > 0 && error.Errors[0].SQLState is { Length: 5 } state && state.All(char.IsAsciiLetterOrDigit) ? state : "nothing";

    static int Number(OdbcException error) => error.Errors.Count > 0 ? error.Errors[0].NativeError : 0;

    static string Meaning(string state) => state switch
    {
        ['0', '8', ..] or ['5', '7', 'P', ..] or "HYT01" => "the database cannot be reached",
        "28000" => "the database does not let this user in",
        "3D000" => "there is no such database",
        "42S02" or "42P01" => "there is no such table or view",
        "42S22" or "42703" => "there is no such column",
        "42501" => "this user may not read it",
        ['4', '2', ..] or "37000" => "the statement is none of this database, or this user may not run it",
        ['2', '2', ..] => "a value is none of the type it should be",
        ['4', '0', ..] => "the database gave up because of what others were doing",
        "HYT00" => "no answer in time",
        "HY008" => "it was cancelled",
        "HYC00" or "IM001" or "25000" => "the driver cannot do this, perhaps read a record and its lists as of one moment (a serializable transaction)",
        _ => "see the manual of the database for the number",
    };
}
