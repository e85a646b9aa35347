using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Mail;

/// <summary>The file of letters, mailboxes and notices, in SQLite: what is said to be kept is on the disk. Nothing in it can be read without an agency's mailbox key.</summary>
public sealed class MailFile : IDisposable
{
    /// <summary>Bytes; beyond it nothing more is taken, as on a full disk.</summary>
    const long LargestBytes = 4L << 30;

    readonly SqliteConnection connection;
    readonly Lock gate = new();
    readonly string path;
    volatile StoreException? ended;

    MailFile(string path, SqliteConnection connection) => (this.path, this.connection) = (path, connection);

    /// <exception cref="StoreException">Damaged, or made by a newer program.</exception>
    public static MailFile Open(string path)
    {
        var store = new SqliteStore(path, Durability.Disk) { LargestBytes = LargestBytes };
        store.Create();
        Migrations.Run(store.ConnectionString, typeof(MailFile).Assembly, "Exchange.Gateway.Mail.Migrations.");
        var connection = store.Open();
        // What is gone is to be gone: X, what was sealed, answers.
        connection.Execute("PRAGMA secure_delete = ON");
        return new MailFile(store.Path, connection);
    }

    /// <summary>Why nothing more is kept until the process starts again; null while it is.</summary>
    public StoreException? Ended => ended;

    /// <exception cref="StoreException">It cannot be read.</exception>
    public T Ask<T>(Func<SqliteConnection, T> ask)
    {
        lock (gate)
            try
            {
                return ask(connection);
            }
            catch (SqliteException e)
            {
                throw new StoreException(StoreFault.Refused, $"{path} cannot be read: {e.Message}", e);
            }
    }

    /// <summary>All or nothing, on the disk when it returns.</summary>
    /// <exception cref="StoreException">It is not kept, or that is not known: then nothing more is.</exception>
    public void Write(string sql, object parameters)
    {
        lock (gate)
            try
            {
                if (ended is not null)
                    throw ended;
                using var transaction = connection.BeginTransaction();
                connection.Execute(sql, parameters, transaction);
                transaction.Commit();
            }
            catch (SqliteException e)
            {
                // What may or may not be on the disk is found out by the next process.
                var fault = SqliteFaults.Of(e, path);
                ended = fault.EndsStore ? fault : null;
                throw fault;
            }
    }

    public void Dispose() => connection.Dispose();
}
