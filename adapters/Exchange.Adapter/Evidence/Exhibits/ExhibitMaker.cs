using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Protocol.Transparency;
using Google.Protobuf;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>Takes one exchange out of the journal, with its proof: the one in the journal, or one made afresh from a log.</summary>
sealed class ExhibitMaker(string agency, JournalFile journal)
{
    /// <param name="given">The receipt as somebody brings it; null: the one that the journal has.</param>
    /// <exception cref="FormatException">This journal cannot show it. The message says why.</exception>
    public Exhibit Make(byte[] requestId, GivenReceipt? given)
    {
        var id = ByteString.CopyFrom(requestId);
        JournalEntry entry = journal.Asked.Find(id).LastOrDefault(one => !one.Answer.IsEmpty) as JournalEntry ?? journal.Answered.Find(id).LastOrDefault(one => !one.Answer.IsEmpty)
            ?? throw new FormatException($"this journal has no answered exchange of request {Convert.ToHexStringLower(requestId)}");
        var known = journal.Evidence.Find(requestId);
        var receipt = known.FirstOrDefault(one => given is null || Is(one, given));
        if (receipt is null && given is null)
            throw new FormatException($"this journal has no receipt of request {Convert.ToHexStringLower(requestId)}: it was lost on its way; give the one that the other agency has");
        if (receipt is null && known.Count > 0)
            throw new FormatException($"this journal has another receipt of request {Convert.ToHexStringLower(requestId)}: {Text(known[0])}");
        return Of(entry, receipt, receipt is null ? new ExhibitReceipt(given!.Log, given.Index, given.LeafHash, given.RequestId) : Receipt(receipt));
    }

    /// <summary>An entry with an answer; null when the journal has no receipt of it.</summary>
    public Exhibit? Make(JournalEntry entry) =>
        journal.Evidence.Find(entry.RequestId.Span) is [var receipt, ..] ? Of(entry, receipt, Receipt(receipt)) : null;

    /// <summary>With a checkpoint, a path and, where the receipt did not bring it, the entry that a log shows now. What they are worth is <see cref="ExhibitCheck"/>'s to say.</summary>
    /// <exception cref="LogTroubleException">It cannot be read, or has no entry of that number.</exception>
    public static async Task<Exhibit> Afresh(Exhibit exhibit, LogPlace place, CancellationToken cancelled)
    {
        var note = await place.Checkpoint(cancelled).ConfigureAwait(false);
        if (!SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Body, out var checkpoint))
            throw new LogTroubleException(LogFault.CheckpointMalformed, $"{place.Where} shows what is no checkpoint");
        var index = exhibit.Receipt.Index;
        if (index >= checkpoint.Size)
            throw new LogTroubleException(LogFault.ReceiptIndex, $"the checkpoint at {place.Where} is over {checkpoint.Size} entries, and the receipt says {index}");
        var path = await new TileTree(checkpoint.Size, async (tile, token) => await place.Hashes(tile, token).ConfigureAwait(false)).Inclusion(index, cancelled).ConfigureAwait(false);
        return exhibit with { Checkpoint = note, Path = path, Entry = exhibit.Entry ?? await place.Entry(index, checkpoint.Size, cancelled).ConfigureAwait(false) };
    }

    Exhibit Of(JournalEntry entry, KnownReceipt? known, ExhibitReceipt receipt) => Exhibit.Of(agency, entry is AskedEntry ? "requester" : "provider", LogFaults.Spell(entry.Status.ToString())) with
    {
        Header = entry.Header.ToByteArray(),
        Question = entry.Question.ToByteArray(),
        QuestionCommitment = entry.QuestionCommitment.ToByteArray(),
        Answer = entry.Answer.ToByteArray(),
        AnswerCommitment = entry.AnswerCommitment.ToByteArray(),
        Receipt = receipt,
        Path = known?.Path ?? [],
        Checkpoint = known?.Under?.Note ?? "",
        Entry = known?.Entry,
    };

    static ExhibitReceipt Receipt(KnownReceipt one) => new(one.Log, one.Index, one.LeafHash, one.RequestId);

    static bool Is(KnownReceipt one, GivenReceipt given) => one.Log == given.Log && one.Index == given.Index && one.LeafHash.AsSpan().SequenceEqual(given.LeafHash);

    static string Text(KnownReceipt one) => new GivenReceipt(one.Log, one.Index, one.LeafHash, one.RequestId).ToString();
}
