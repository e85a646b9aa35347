using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>A record that comes in pages is one record: with a page missing it is not known, and not half known.</summary>
public static class WholeRecord
{
    /// <summary>Of one record; more are no record but an attack on memory.</summary>
    public const int MostPages = 64;

    /// <summary>Asks for the page of the request and for all after it, each a lookup of its own.</summary>
    /// <returns>
    /// One outcome with the receipts of all pages. ANSWER_INVALID when a page is none of the data set; a page that is refused
    /// refuses the record.
    /// </returns>
    public static async Task<AskOutcome> Ask(AskOnce ask, AskRequest request, CancellationToken cancelled)
    {
        var first = await ask(request, cancelled).ConfigureAwait(false);
        if (first is not { Refusal: null, Status: AnswerStatus.Found, NextPage.IsEmpty: false }
            || DataSetCatalogue.All.FirstOrDefault(one => one.Id == request.DataSet) is not { } dataSet)
            return first;
        var receipts = first.Receipts.ToList();
        var record = dataSet.Record.Parser.ParseFrom(ByteString.Empty);
        var page = first;
        for (var pages = 1; ; pages++)
        {
            if (!TryAdd(page, record))
                return Invalid();
            if (page.NextPage.IsEmpty)
                return first with { Record = record.ToByteString(), NextPage = ByteString.Empty, Receipts = receipts };
            if (pages == MostPages)
                return Invalid();
            page = await ask(request with { Provider = first.Provider, PageToken = page.NextPage }, cancelled).ConfigureAwait(false);
            receipts.AddRange(page.Receipts);
            if (page.Refusal is not null)
                return page with { Provider = first.Provider, Receipts = receipts };
        }

        AskOutcome Invalid() => AskOutcome.Refused(Reasons.Refuse(Reason.AnswerInvalid)) with { Provider = first.Provider, Receipts = receipts };
    }

    static bool TryAdd(AskOutcome page, IMessage record)
    {
        try
        {
            record.MergeFrom(page.Record);
            return page.Status == AnswerStatus.Found;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
