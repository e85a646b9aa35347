using Agency.V1;
using Exchange.Adapter.Journal;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Recalls;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Notices;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using AcknowledgeNoticeRequest = Agency.V1.AcknowledgeNoticeRequest;

namespace Exchange.Adapter.LocalApi;

/// <summary>Where this agency's officials take back and correct what was told, and see and acknowledge the notices of others.</summary>
sealed class RecallApi(RecallDesk desk, RecallBook book, SentNotices sent, ReceivedNotices received, NoticeCarrier carrier, AgencyJournal journal, TimeProvider time) : RecallService.RecallServiceBase
{
    const int MostListed = 1000;

    /// <summary>Lookups of the notices in one response, each looked up in the journal: what takes a second or two.</summary>
    const int MostLookedUp = 4000;

    public override Task<Recall> Begin(BeginRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = Role(context);
        var mistakes = ProtectionApi.Check(request.Person, request.Official);
        Note(mistakes, request.Note, required: false);
        RefuseAny(mistakes);
        var (recall, refusal) = desk.Begin(request.Person, request.Note, request.Official, caller.Name);
        return recall is null ? throw refusal!.ToRpcException() : ToldRecall.Of(recall, sent.Of(recall.Reference));
    });

    public override Task<ListRecallsResponse> ListRecalls(ListRecallsRequest request, ServerCallContext context) => Kept(() =>
    {
        Role(context);
        IEnumerable<OwnRecall> recalls = request.Id.Length == 0 ? book.All : [book.Find(Id(request.Id, Reason.RecallUnknown)) ?? throw Reasons.Refuse(Reason.RecallUnknown).ToRpcException()];
        if (request.OlderThan.Length > 0)
        {
            var last = book.Find(Id(request.OlderThan, Reason.RecallUnknown)) ?? throw Reasons.Refuse(Reason.RecallUnknown).ToRpcException();
            recalls = recalls.SkipWhile(one => one.Reference != last.Reference).Skip(1);
        }
        var response = new ListRecallsResponse();
        response.More = ResponsePage.Fill(response.Recalls, recalls.Where(one => !request.Open || one.IsOpen).Select(one => ToldRecall.Of(one, sent.Of(one.Reference))), MostListed);
        return response;
    });

    public override Task<Recall> Close(CloseRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = Role(context);
        RefuseAny(ProtectionApi.Check(null, request.Official));
        var (recall, refusal) = desk.Close(Id(request.Id, Reason.RecallUnknown), request.Official, caller.Name);
        return recall is null ? throw refusal!.ToRpcException() : ToldRecall.Of(recall, sent.Of(recall.Reference));
    });

    public override Task<Recall> Correct(CorrectRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = Role(context);
        var mistakes = ProtectionApi.Check(request.Person, request.Official);
        Note(mistakes, request.Note, required: true);
        if (DataSetCatalogue.All.All(one => one.Id != request.DataSet))
            mistakes.Add("'data_set' is none that there is");
        RefuseAny(mistakes);
        var (correction, refusal) = desk.Correct(request.Person, request.DataSet, request.Note, request.Official, caller.Name);
        return refusal is not null ? throw refusal.ToRpcException()
            : correction is null ? ToldRecall.OfNobody(request)
            : ToldRecall.Of(correction, sent.Of(correction.Reference));
    });

    public override Task<ListNoticesResponse> ListNotices(ListNoticesRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = Role(context);
        var all = received.All;
        var closings = ToldNotice.Closings(all);
        var notices = all.Where(one => !one.IsClosing);
        if (request.Id.Length > 0)
        {
            var id = Id(request.Id, Reason.NoticeUnknown);
            notices = [notices.FirstOrDefault(one => one.Id == id) ?? throw Reasons.Refuse(Reason.NoticeUnknown).ToRpcException()];
        }
        if (request.OlderThan.Length > 0)
        {
            var last = received.Find(Id(request.OlderThan, Reason.NoticeUnknown)) ?? throw Reasons.Refuse(Reason.NoticeUnknown).ToRpcException();
            notices = notices.SkipWhile(one => one.Id != last.Id).Skip(1);
        }
        return Shown(notices.Where(one => !request.Open || one.Stage != NoticeStage.Acknowledged), closings, ("system", caller.Name));
    });

    public override Task<ReceivedNotice> AcknowledgeNotice(AcknowledgeNoticeRequest request, ServerCallContext context) => Kept(() =>
    {
        var caller = Role(context);
        RefuseAny(ProtectionApi.Check(null, request.Official));
        var notice = received.Find(Id(request.Id, Reason.NoticeUnknown)) ?? throw Reasons.Refuse(Reason.NoticeUnknown).ToRpcException();
        // Shown first: what fails afterwards has changed nothing.
        var shown = Shown([notice], ToldNotice.Closings(received.All), ("official", request.Official), ("system", caller.Name)).Notices[0];
        notice = received.Change(notice.Id, content =>
        {
            // The first official who acknowledges it is the one who did.
            if (content.AcknowledgedUnixMs == 0)
                (content.Official, content.Caller, content.AcknowledgedUnixMs) = (request.Official, caller.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
        })!;
        carrier.Hurry();
        (shown.AcknowledgedBy, shown.Acknowledged) = (notice.Content.Official, ToldRecall.Time(notice.Content.AcknowledgedUnixMs));
        if (shown.State == "OPEN")
            shown.State = "ACKNOWLEDGED";
        return shown;
    });

    /// <summary>With what the journal says of each; that it was read for this stands in it first.</summary>
    ListNoticesResponse Shown(IEnumerable<HeardNotice> notices, ILookup<(string, ByteString), HeardNotice> closings, params ReadOnlySpan<(string Kind, string Value)> by)
    {
        var response = new ListNoticesResponse();
        var all = notices.ToList();
        if (all.Count == 0)
            return response;
        var reading = journal.Readings.Begin("notices", by);
        var lookups = 0;
        var some = all.TakeWhile((one, place) => (lookups += one.Content.Content.RequestIds.Count) <= MostLookedUp || place == 0).ToList();
        response.More = ResponsePage.Fill(response.Notices, some.Select(one => ToldNotice.Of(one, closings, journal)), MostListed) || some.Count < all.Count;
        journal.Readings.Finish(reading, response.Notices.Sum(one => one.Lookups.Count(lookup => lookup.Person.Length > 0)));
        return response;
    }

    static Caller Role(ServerCallContext context) => ProtectionApi.Role(context, caller => caller.MayRecall, "may_recall");

    static void Note(List<string> mistakes, string note, bool required)
    {
        RequestCheck.Text(mistakes, "note", note, NoticeRules.LongestNote, required);
        if (OnScreen.Plain(note) != note)
            mistakes.Add("'note' has letters that are not seen");
    }

    static void RefuseAny(List<string> mistakes)
    {
        if (mistakes.Count > 0)
            throw RequestCheck.Refuse(mistakes).ToRpcException();
    }

    static ByteString Id(string hex, Reason otherwise)
    {
        try
        {
            return UnsafeByteOperations.UnsafeWrap(Convert.FromHexString(hex));
        }
        catch (FormatException)
        {
            throw Reasons.Refuse(otherwise).ToRpcException();
        }
    }

    static Task<T> Kept<T>(Func<T> ask)
    {
        try
        {
            return Task.FromResult(ask());
        }
        catch (SqliteException)
        {
            throw Reasons.Refuse(Reason.JournalUnavailable, "The adapter's store of recalls cannot be written.").ToRpcException();
        }
        catch (StoreException)
        {
            throw Reasons.Refuse(Reason.JournalUnavailable, "The journal cannot be read, so it is not known who was told. A recall is in force if it is listed.").ToRpcException();
        }
    }
}
