using System.Security.Cryptography;
using Exchange.Protocol.Encoding;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>Seals rows, one after the other, in buffers it uses again. For the writer's thread.</summary>
sealed class RowSealer(JournalKey key) : IDisposable
{
    readonly Sealer sealer = new(key);
    readonly JournalContent content = new();
    readonly byte[] person = new byte[JournalKey.IndexSize], official = new byte[JournalKey.IndexSize];
    byte[] buffer = new byte[4096];
    string lastOfficial = "";

    /// <summary>Empty when there is nobody. All three are valid until the next call.</summary>
    public readonly ref struct Row
    {
        public ReadOnlySpan<byte> Person { get; init; }

        public ReadOnlySpan<byte> Official { get; init; }

        public ReadOnlySpan<byte> Sealed { get; init; }
    }

    public Row Seal(string table, JournalEntry entry, Receipt? receipt)
    {
        var length = Sealer.Overhead + Fill(entry);
        if (buffer.Length < length)
            Array.Resize(ref buffer, Math.Max(length, 2 * buffer.Length));
        var row = buffer.AsSpan(0, length);
        content.WriteTo(row[Sealer.PrefixSize..^(Sealer.Overhead - Sealer.PrefixSize)]);

        var known = entry.Person.Length > 0 ? person.AsSpan() : [];
        if (!known.IsEmpty)
            key.IndexPerson(entry.Person, known);
        var named = entry.Official.Length > 0 ? official.AsSpan() : [];
        // Officials ask in bursts.
        if (!named.IsEmpty && lastOfficial != entry.Official)
            key.IndexOfficial(lastOfficial = entry.Official, named);

        var bound = new PartsWriter(stackalloc byte[512]);
        RowBinding.Write(ref bound, table, entry, receipt, known, named);
        sealer.Seal(row, bound.Written);
        bound.Dispose();
        return new Row { Person = known, Official = named, Sealed = row };
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(buffer);
        sealer.Dispose();
    }

    /// <returns>Bytes of the content.</returns>
    int Fill(JournalEntry entry)
    {
        content.Official = entry.Official;
        content.CaseId = entry.CaseId;
        content.Person = entry.Person;
        content.Granted.Clear();
        content.Granted.AddRange(entry.Granted);
        content.Withheld.Clear();
        content.Withheld.AddRange(entry.Withheld);
        content.LegalBasis = entry.LegalBasis;
        content.Status = entry.Status;
        content.Reason = entry.Reason;
        content.AsOfUnixMs = entry.AsOfUnixMs;
        content.Header = entry.Header;
        content.Question = entry.Question;
        content.Answer = entry.Answer;
        return content.CalculateSize();
    }
}
