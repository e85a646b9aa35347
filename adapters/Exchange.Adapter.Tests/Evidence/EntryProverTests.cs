using Exchange.Adapter.Evidence;
using Exchange.Adapter.Evidence.Exhibits;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Evidence;

public sealed class EntryProverTests
{
    [Fact]
    public async Task A_page_that_is_wrong_is_told_of_its_entry_and_the_others_are_proven()
    {
        await using var agency = await WatchingAgency.Start();
        var (_, first) = await ExhibitTests.Exchanged(agency);
        agency.Log.Grow(300);
        var (_, second) = await ExhibitTests.Exchanged(agency);
        agency.Log.Show = (tile, bytes) => tile is { Level: 0, Index: 0 } ? null : bytes;

        var proofs = await Proofs(agency, agency.Log);

        Assert.Equal(("TILE_MALFORMED", false), (proofs[first.RequestId].Word, proofs[first.RequestId].IsGood));
        Assert.Equal(("PROVEN", "question and answer are those that passed"), (proofs[second.RequestId].Word, proofs[second.RequestId].Says));
    }

    [Fact]
    public async Task An_entry_of_another_log_than_the_one_shown_is_proven_by_the_journal()
    {
        await using var agency = await WatchingAgency.Start();
        var (_, receipt) = await ExhibitTests.Exchanged(agency);
        using var other = new ShownLog("hub-2", 2);
        other.Grow(3);
        other.Publish();

        var proof = (await Proofs(agency, other))[receipt.RequestId];

        Assert.Equal(("PROVEN", "question and answer are those that passed, by the journal: what is shown is 'hub-2'"), (proof.Word, proof.Says));
        Assert.Equal(["checkpoint"], other.Asked);
    }

    [Fact]
    public async Task An_answer_that_did_not_open_is_unopened_and_one_that_never_came_is_none()
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        var (lost, refused) = (Id(1), Id(2));
        await agency.Journal.Write(new AskedEntry { RequestId = lost, Reason = Reason.AnswerInvalid, AnswerCommitment = ByteString.CopyFrom(new byte[32]) });
        await agency.Journal.Write(new AskedEntry { RequestId = refused, Reason = Reason.NotPermitted });

        var proofs = await Proofs(agency, null);

        Assert.Equal(("UNOPENED", false, receipt.Index), (proofs[receipt.RequestId].Word, proofs[receipt.RequestId].IsGood, proofs[receipt.RequestId].Exhibit!.Receipt.Index));
        Assert.Equal(("UNOPENED", false), (proofs[lost].Word, proofs[lost].IsGood));
        Assert.Equal(("NO_ANSWER", true), (proofs[refused].Word, proofs[refused].IsGood));
    }

    static ByteString Id(byte number) => ByteString.CopyFrom([number, .. new byte[15]]);

    /// <param name="shown">Null: by the journal alone.</param>
    static async Task<Dictionary<ByteString, EntryProof>> Proofs(WatchingAgency agency, ShownLog? shown)
    {
        using var place = shown is null ? null : new ExhibitTests.LogInHand(shown);
        var prover = new EntryProver("jp.tax", agency.Read(), [new LogPin(agency.Log.Key, [agency.Log.Witness])], place);
        var proofs = new Dictionary<ByteString, EntryProof>();
        foreach (var entry in agency.Read().Search(new JournalFilter(), null))
            proofs.Add(entry.RequestId, await prover.Prove(entry, TestContext.Current.CancellationToken));
        return proofs;
    }
}
