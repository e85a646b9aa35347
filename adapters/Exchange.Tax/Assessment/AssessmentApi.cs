using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.LocalApi;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Grpc.Core;

namespace Exchange.Tax.Assessment;

/// <summary>
/// Holds income statements against pension payments and households, a list at a time. The first message says for which
/// year and in whose name (1), the caller may ask all of it (2), and each person is worked through as they come, many at
/// once (3). A provider that is away leaves the persons it was asked about incomplete, never the list.
/// </summary>
sealed class AssessmentApi(Inquiries inquiries, OwnRecords own, TimeProvider time) : AssessmentService.AssessmentServiceBase
{
    /// <summary>People in hand; each is two questions.</summary>
    const int AtOnce = 32;

    static readonly DataSetContract[] dataSets = [DataSetCatalogue.Payments, DataSetCatalogue.Household];

    public override async Task Assess(IAsyncStreamReader<AssessmentItem> requestStream, IServerStreamWriter<AssessmentResult> responseStream, ServerCallContext context)
    {
        // 1. For which year, and who asks?
        var items = new ListItems<AssessmentItem>(requestStream, item => (item.Purpose is not null, item.Id, item.Person));
        var purpose = (await items.First(context.CancellationToken))?.Purpose;
        var mistakes = new List<string>();
        if (AssessedYear.Read(purpose, LegalDay.Today(time), mistakes) is not { } year)
            throw RequestCheck.Refuse(mistakes).ToRpcException();

        // 2. May the caller ask this?
        using var inquiry = inquiries.BeginList(context, new Purpose("income assessment", "income-assessment", dataSets, purpose!.Official, purpose.CaseId) { MaxAge = year.MaxAge });

        // 3. Each person as they come.
        var assessor = new Assessor(inquiry.Ask, own, year);
        await ListRun.Run(items, responseStream, assessor.Assess, AtOnce, context.CancellationToken);
    }
}
