using Agency.V1;
using Exchange.Adapter;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Sources;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Errors;
using Exchange.Protocol.DataSets;
using Grpc.Core;

namespace Exchange.Municipality.Eligibility;

/// <summary>
/// Decides on a household's benefit in one call. The caller may ask this and its request is whole (1), the programme has
/// a rule for the day (2), tax, pension and municipalities are asked side by side about every adult (3), what they say
/// becomes facts and missing facts (4), the rule is applied (5), and the decision goes back with all that led to it (6).
/// A provider that is away is no refusal of the call: it is a missing fact.
/// </summary>
sealed class EligibilityApi(Inquiries inquiries, AdapterOptions options, ProgrammeRegister programmes, AgencyData data, OwnRecords own, TimeProvider time)
    : EligibilityService.EligibilityServiceBase
{
    static readonly DataSetContract[] dataSets = [DataSetCatalogue.Income, DataSetCatalogue.Payments, DataSetCatalogue.ResidentTax];

    readonly HouseholdQuestions questions = new(options.Agency, data, own);

    public override async Task<EligibilityResponse> Decide(EligibilityRequest request, ServerCallContext context)
    {
        // 1. May the caller ask this, and is the request whole?
        var mistakes = new List<string>();
        using var inquiry = inquiries.Begin(context, new Purpose("eligibility", "benefit-eligibility", dataSets, request.Official, request.CaseId)
        {
            MaxAge = RequestCheck.MaxAge(mistakes, "max_age", request.MaxAge),
        });
        var household = HouseholdCase.Read(request, LegalDay.Today(time), mistakes);

        // 2. The rule of the day.
        var programme = programmes.Current.Find(request.Programme, household?.DecidedOn, mistakes);
        if (household is null || programme is null || mistakes.Count > 0)
            throw RequestCheck.Refuse(mistakes).ToRpcException();

        // 3. Ask everybody about every adult, as far as the rule reads it.
        var answers = await questions.Ask(inquiry, household, programme, context.CancellationToken);

        // 4. What is known, and what is not.
        var grounds = Grounds.Of(answers, household, programme);

        // 5. Decide.
        var verdict = Rule.Apply(programme, grounds.Facts);

        // 6. Say why.
        return new EligibilityResponse
        {
            Decision = verdict.Decision,
            Programme = programme.Name,
            RuleVersion = programme.Version,
            LegalBasis = programme.LegalBasis,
            Steps = { household.Years, verdict.Steps },
            Facts = { grounds.Known },
            Missing = { grounds.Missing },
            TraceId = inquiry.TraceId,
        };
    }
}
