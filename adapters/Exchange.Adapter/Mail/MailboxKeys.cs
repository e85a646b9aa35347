using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Mail;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Mail;

/// <summary>
/// The keys of this agency's mailbox: a new one each day, kept until no letter can be under way that was sealed for it. Then it is
/// forgotten, and what was sealed for it opens no more, for nobody.
/// </summary>
public sealed class MailboxKeys : IDisposable
{
    readonly MailDatabase database;
    readonly AgencySigner signer;
    readonly TimeProvider time;
    readonly Lock gate = new();

    // Newest last.
    readonly List<MailboxKey> keys = [];
    Mailbox? published;

    public MailboxKeys(MailDatabase database, AgencySigner signer, TimeProvider time)
    {
        (this.database, this.signer, this.time) = (database, signer, time);
        foreach (var (id, issued, row) in database.Read<(byte[], long, byte[])>("SELECT id, issued_unix_ms, sealed FROM mailbox_key ORDER BY issued_unix_ms"))
        {
            // Of another key file: letters sealed for it are lost, and new ones have a new key.
            if (database.Open(row, id) is not { } secret)
                continue;
            keys.Add(MailboxKey.Kept(UnsafeByteOperations.UnsafeWrap(id), DateTimeOffset.FromUnixTimeMilliseconds(issued), secret));
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>What others seal letters for from now on; the same for a day. Not to be changed by the caller.</summary>
    public Mailbox Current
    {
        get
        {
            lock (gate)
            {
                Renew_NeedsLock();
                return published ??= keys[^1].Publish(signer);
            }
        }
    }

    /// <summary>Null for a key that was never this agency's, or is kept no longer.</summary>
    public MailboxKey? Find(ByteString id)
    {
        lock (gate)
            return keys.Find(one => one.Id == id);
    }

    /// <summary>
    /// Forgets what nothing can be under way for any more. To be called once a hub has taken the newest: its clock then says the same as this
    /// agency's, and a clock that ran ahead costs no key.
    /// </summary>
    public void Prune()
    {
        lock (gate)
        {
            var before = time.GetUtcNow() - MailRules.KeyKeptFor;
            if (!keys.Exists(one => one.Issued < before))
                return;
            database.Write("DELETE FROM mailbox_key WHERE issued_unix_ms < @before", new { before = before.ToUnixTimeMilliseconds() });
            foreach (var old in keys.Where(one => one.Issued < before))
                old.Dispose();
            keys.RemoveAll(one => one.Issued < before);
        }
    }

    public void Dispose()
    {
        lock (gate)
            foreach (var key in keys)
                key.Dispose();
    }

    void Renew_NeedsLock()
    {
        var now = time.GetUtcNow();
        if (keys is [.., var newest] && now < newest.Issued + MailRules.KeyLifetime && newest.Issued <= now)
            return;
        var key = MailboxKey.Draw(now);
        var secret = key.ExportPrivateKey();
        try
        {
            // Kept before anybody hears of it: what is sealed for it must open after a restart.
            database.Write(
                "INSERT INTO mailbox_key (id, issued_unix_ms, sealed) VALUES (@id, @issued, @row)",
                new { id = key.Id.ToByteArray(), issued = now.ToUnixTimeMilliseconds(), row = database.Seal(secret, key.Id.Span) });
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
        keys.Add(key);
        published = null;
    }
}
