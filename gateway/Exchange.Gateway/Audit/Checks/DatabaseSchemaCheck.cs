using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>Whether a database has the guards over its entries that this version makes, and they are on.</summary>
static class DatabaseSchemaCheck
{
    /// <summary>As they are in the scripts; all are on even in a session that takes itself for a replica (<c>A</c>).</summary>
    static readonly string[] guards =
    [
        "entry entry_is_never_changed 27 A",
        "entry entry_is_never_emptied 34 A",
        "log log_is_never_emptied 34 A",
        "log log_is_never_removed 11 A",
        "log log_only_grows 19 A",
    ];

    /// <summary>Triggers by table and name, with when they fire (pg_trigger.tgtype), whether they are on, and whatever else than refusing they do.</summary>
    const string Triggers = """
        SELECT concat_ws(' ', held.relname, guard.tgname, guard.tgtype, guard.tgenabled, nullif(does.proname, 'audit_only_grows'), nullif(trim(does.prosrc), 'BEGIN RAISE EXCEPTION ''the audit log only grows''; END'))
        FROM pg_trigger guard JOIN pg_class held ON held.oid = guard.tgrelid JOIN pg_proc does ON does.oid = guard.tgfoid
        WHERE held.oid IN ('entry'::regclass, 'log'::regclass) AND NOT guard.tgisinternal ORDER BY 1
        """;

    public static async Task Run(LogDatabase database, Findings findings, CancellationToken stop)
    {
        var known = Migrations.Read(typeof(DatabaseSchemaCheck).Assembly, PostgresTables.Scripts).Select(script => script.Name);
        var newer = (await database.Entries.Ask("SELECT scriptname FROM schemaversions ORDER BY 1", stop).ConfigureAwait(false)).Except(known).ToList();
        if (newer.Count > 0)
        {
            findings.Bad(database.EntriesName, LogFault.SchemaNewer, newer[0], $"a newer version of this program wrote it: it has {newer[0]}");
            return;
        }
        var there = await database.Entries.Ask(Triggers, stop).ConfigureAwait(false);
        foreach (var gone in guards.Except(there))
            findings.Bad(database.EntriesName, LogFault.SchemaChanged, $"trigger {gone.Split(' ')[1]}", $"the trigger {gone.Split(' ')[1]} is gone, off, or another than this program makes");
        foreach (var other in there.Except(guards).Where(other => !guards.Any(guard => guard.Split(' ')[1] == other.Split(' ')[1])))
            findings.Bad(database.EntriesName, LogFault.SchemaChanged, $"trigger {other.Split(' ')[1]}", $"the trigger {other.Split(' ')[1]} is none of this program's");
    }
}
