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

/// <summary>What was asked about one adult, and what came of it.</summary>
sealed record AdultAnswers(Member Member, Asked<IncomeStatement> Income, Asked<Payments> Pension, Asked<ResidentTax> ResidentTax);

/// <summary>Asks about every adult of a household, all questions side by side.</summary>
sealed class HouseholdQuestions(string agency, AgencyData data, OwnRecords own)
{
    const string Tax = "tax", Pension = "pension";

    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public Task<AdultAnswers[]> Ask(Inquiry inquiry, HouseholdCase household, CancellationToken caller) =>
        Task.WhenAll(household.Adults.Select(adult => Ask(inquiry, household, adult, caller)));

    async Task<AdultAnswers> Ask(Inquiry inquiry, HouseholdCase household, Member adult, CancellationToken caller)
    {
        AskQuestion ask = inquiry.Ask;
        var income = ask.For<IncomeStatement>(adult.Person, Tax, DataSetCatalogue.Income, new IncomeQuestion { Year = household.IncomeYear });
        var pension = ask.For<Payments>(adult.Person, Pension, DataSetCatalogue.Payments, new PaymentsQuestion { Year = household.IncomeYear });
        var residentTax = ResidentTax(inquiry, household, adult, caller);
        await Task.WhenAll(income, pension, residentTax).ConfigureAwait(false);
        return new AdultAnswers(
            adult,
            new Asked<IncomeStatement>(adult.Person, "total income", DataSetCatalogue.Income, Tax, await income.ConfigureAwait(false)),
            new Asked<Payments>(adult.Person, "pension on top of total income", DataSetCatalogue.Payments, Pension, await pension.ConfigureAwait(false)),
            await residentTax.ConfigureAwait(false));
    }

    /// <summary>Who lived here on the reference day, and nowhere else, is taxed here: that record is this town's own, and asks nobody.</summary>
    async Task<Asked<ResidentTax>> ResidentTax(Inquiry inquiry, HouseholdCase household, Member adult, CancellationToken caller)
    {
        var question = new ResidentTaxQuestion { FiscalYear = household.FiscalYear };
        try
        {
            var moves = data.Residences is { } residences ? await residences.Find(adult.Person, inquiry.Over).ConfigureAwait(false) : [];
            if (LivedHere(moves, household.ReferenceDay, agency))
                return Answered(agency, await own.Read<ResidentTax>(DataSetCatalogue.ResidentTax, adult.Person, question, inquiry.Over).ConfigureAwait(false));
            var where = Residence.On(household.ReferenceDay);
            return Answered(where, await new AskQuestion(inquiry.Ask).For<ResidentTax>(adult.Person, where, DataSetCatalogue.ResidentTax, question).ConfigureAwait(false));
        }
        catch (SourceException unread)
        {
            return Answered(agency, Refused(unread.Refusal));
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return Answered(agency, Refused(Reasons.Refuse(Reason.DeadlineExceeded)));
        }

        Asked<ResidentTax> Answered(string of, JobAnswer<ResidentTax> answer) => new(adult.Person, "resident tax", DataSetCatalogue.ResidentTax, of, answer);

        JobAnswer<ResidentTax> Refused(Refusal refusal) => new(AskOutcome.Refused(refusal), DataSetCatalogue.ResidentTax, agency);
    }

    /// <returns>False also where the record of moves names nothing or another place besides: whoever routes by it says so.</returns>
    internal static bool LivedHere(IReadOnlyList<Move> moves, DateOnly day, string agency)
    {
        var there = moves.Where(move => move.Covers(day)).ToArray();
        return there.Length > 0 && there.All(move => !move.IsAbroad && ResidenceRouting.Agency(move.Municipality) == agency);
    }
}
