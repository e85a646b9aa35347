using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>What was asked about one adult, and what came of it; null where the rule does not read it and nobody was asked.</summary>
sealed record AdultAnswers(Member Member, Asked<IncomeStatement> Income, Asked<Payments>? Pension, Asked<ResidentTax>? ResidentTax)
{
    public OwnResidence? Residence { get; init; }
}

/// <summary>Asks about every adult of a household, all questions side by side.</summary>
sealed class HouseholdQuestions(string agency, AgencyData data, OwnRecords own)
{
    const string Tax = "tax", Pension = "pension";

    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public Task<AdultAnswers[]> Ask(Inquiry inquiry, HouseholdCase household, Programme programme, CancellationToken caller) =>
        Task.WhenAll(household.Adults.Select(adult => Ask(inquiry, household, programme, adult, caller)));

    async Task<AdultAnswers> Ask(Inquiry inquiry, HouseholdCase household, Programme programme, Member adult, CancellationToken caller)
    {
        AskQuestion ask = inquiry.Ask;
        var income = ask.For<IncomeStatement>(adult.Person, Tax, DataSetCatalogue.Income, new IncomeQuestion { Year = household.IncomeYear });
        var pension = programme.NeedsPension ? ask.For<Payments>(adult.Person, Pension, DataSetCatalogue.Payments, new PaymentsQuestion { Year = household.IncomeYear }) : null;
        var town = AskTown(inquiry, household, programme, adult, caller);
        await Task.WhenAll([income, pension ?? Task.CompletedTask, town]).ConfigureAwait(false);
        var (residence, residentTax) = await town.ConfigureAwait(false);
        return new AdultAnswers(
            adult,
            new Asked<IncomeStatement>(adult.Person, "total income", DataSetCatalogue.Income, Tax, await income.ConfigureAwait(false)),
            pension is null ? null : new Asked<Payments>(adult.Person, "pension on top of total income", DataSetCatalogue.Payments, Pension, await pension.ConfigureAwait(false)),
            residentTax)
        {
            Residence = residence,
        };
    }

    async Task<(OwnResidence?, Asked<ResidentTax>?)> AskTown(Inquiry inquiry, HouseholdCase household, Programme programme, Member adult, CancellationToken caller)
    {
        if (!programme.NeedsResidentTax && !programme.LivedHere)
            return (null, null);
        var residence = await FindResidence(inquiry, household, adult, caller).ConfigureAwait(false);
        return (residence, programme.NeedsResidentTax ? await AskResidentTax(inquiry, household, adult, residence, caller).ConfigureAwait(false) : null);
    }

    async Task<OwnResidence> FindResidence(Inquiry inquiry, HouseholdCase household, Member adult, CancellationToken caller)
    {
        try
        {
            var moves = data.Residences is { } residences ? await residences.Find(adult.Person, inquiry.Over).ConfigureAwait(false) : [];
            return new OwnResidence(adult.Person, agency, household.ReferenceDay, moves);
        }
        catch (SourceException unread)
        {
            return new OwnResidence(adult.Person, agency, household.ReferenceDay, null, unread.Refusal);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return new OwnResidence(adult.Person, agency, household.ReferenceDay, null, Reasons.Refuse(Reason.DeadlineExceeded));
        }
    }

    /// <summary>Who lived here on the reference day, and nowhere else, is taxed here: that record is this town's own, and asks nobody.</summary>
    async Task<Asked<ResidentTax>> AskResidentTax(Inquiry inquiry, HouseholdCase household, Member adult, OwnResidence residence, CancellationToken caller)
    {
        var question = new ResidentTaxQuestion { FiscalYear = household.FiscalYear };
        if (residence.Unread is { } unread)
            return Answered(agency, Refused(unread));
        if (!residence.IsHereAlone)
        {
            var where = Residence.On(household.ReferenceDay);
            return Answered(where, await new AskQuestion(inquiry.Ask).For<ResidentTax>(adult.Person, where, DataSetCatalogue.ResidentTax, question).ConfigureAwait(false));
        }
        try
        {
            return Answered(agency, await own.Read<ResidentTax>(DataSetCatalogue.ResidentTax, adult.Person, question, inquiry.Over).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return Answered(agency, Refused(Reasons.Refuse(Reason.DeadlineExceeded)));
        }

        Asked<ResidentTax> Answered(string of, JobAnswer<ResidentTax> answer) => new(adult.Person, "resident tax", DataSetCatalogue.ResidentTax, of, answer);

        JobAnswer<ResidentTax> Refused(Refusal refusal) => new(AskOutcome.Refused(refusal), DataSetCatalogue.ResidentTax, agency);
    }
}
