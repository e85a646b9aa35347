using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.LocalApi;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Grpc.Core;

namespace Exchange.Pension.Linking;

/// <summary>
/// Links insured persons with households and employment statements, a list at a time. The first message says as of when
/// and in whose name (1), the caller may ask all of it (2), and each person is worked through as they come, many at once (3).
/// A provider that is away fails the persons it was asked about, never the list.
/// </summary>
sealed class LinkingApi(Inquiries inquiries, OwnRecords own, TimeProvider time) : LinkingService.LinkingServiceBase
{
    /// <summary>People in hand; each is two questions, whose answers leave at multiples of 100 ms: at most ten times as many are linked in a second.</summary>
    const int AtOnce = 64;

    static readonly DataSetContract[] dataSets = [DataSetCatalogue.Household, DataSetCatalogue.Employment];

    public override async Task Link(IAsyncStreamReader<LinkingItem> requestStream, IServerStreamWriter<LinkingResult> responseStream, ServerCallContext context)
    {
        // 1. As of when, and who asks?
        var items = new ListItems<LinkingItem>(requestStream, item => (item.Purpose is not null, item.Id, item.Person));
        var purpose = (await items.First(context.CancellationToken))?.Purpose;
        var mistakes = new List<string>();
        if (LinkingDay.Read(purpose, LegalDay.Today(time), mistakes) is not { } day)
            throw RequestCheck.Refuse(mistakes).ToRpcException();

        // 2. May the caller ask this?
        using var inquiry = inquiries.BeginList(context, new Purpose("record linking", "record-linking", dataSets, purpose!.Official, purpose.CaseId) { MaxAge = day.MaxAge });

        // 3. Each person as they come.
        var linker = new Linker(inquiry.Ask, own, day);
        await ListRun.Run(items, responseStream, linker.Link, AtOnce, context.CancellationToken);
    }
}
