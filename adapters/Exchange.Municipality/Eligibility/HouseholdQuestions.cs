using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>What was asked about one adult, and what came of it.</summary>
sealed record AdultAnswers(Member Member, Asked Income, Asked Pension, Asked ResidentTax);

/// <summary>Asks about every adult of a household, all questions side by side.</summary>
sealed class HouseholdQuestions(string agency, AgencyData data, OwnRecords own)
{
    const string Tax = "tax", Pension = "pension";

    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public Task<AdultAnswers[]> Ask(Inquiry inquiry, HouseholdCase household, CancellationToken caller) =>
        Task.WhenAll(household.Adults.Select(adult => Ask(inquiry, household, adult, caller)));

    async Task<AdultAnswers> Ask(Inquiry inquiry, HouseholdCase household, Member adult, CancellationToken caller)
    {
        var income = inquiry.Ask(adult.Person, Tax, DataSetCatalogue.Income, new IncomeQuestion { Year = household.IncomeYear });
        var pension = inquiry.Ask(adult.Person, Pension, DataSetCatalogue.Payments, new PaymentsQuestion { Year = household.IncomeYear });
        var residentTax = ResidentTax(inquiry, household, adult, caller);
        await Task.WhenAll(income, pension, residentTax).ConfigureAwait(false);
        return new AdultAnswers(
            adult,
            new Asked(adult.Person, "total income", DataSetCatalogue.Income, Tax, await income.ConfigureAwait(false)),
            new Asked(adult.Person, "pension on top of total income", DataSetCatalogue.Payments, Pension, await pension.ConfigureAwait(false)),
            new Asked(adult.Person, "resident tax", DataSetCatalogue.ResidentTax, Residence.On(household.ReferenceDay), await residentTax.ConfigureAwait(false)));
    }

    /// <summary>Who lived here on the reference day is taxed here: that record is this town's own, and asks nobody.</summary>
    async Task<AskOutcome> ResidentTax(Inquiry inquiry, HouseholdCase household, Member adult, CancellationToken caller)
    {
        var question = new ResidentTaxQuestion { FiscalYear = household.FiscalYear };
        try
        {
            var moves = data.Residences is { } residences ? await residences.Find(adult.Person, inquiry.Over).ConfigureAwait(false) : [];
            return LivedHere(moves, household.ReferenceDay, agency) switch
            {
                true => Own(await own.Find(DataSetCatalogue.ResidentTax, adult.Person, question, inquiry.Over).ConfigureAwait(false), agency),
                false => await inquiry.Ask(adult.Person, Residence.On(household.ReferenceDay), DataSetCatalogue.ResidentTax, question).ConfigureAwait(false),
                null => InDoubt(),
            };
        }
        catch (SourceException unread)
        {
            return AskOutcome.Refused(unread.Refusal) with { Provider = agency };
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return AskOutcome.Refused(Reasons.Refuse(Reason.DeadlineExceeded)) with { Provider = agency };
        }
    }

    /// <returns>Null when the record of moves names this town and another place for the day. Where it names nothing, whoever is asked says so.</returns>
    internal static bool? LivedHere(IReadOnlyList<Move> moves, DateOnly day, string agency)
    {
        var there = moves.Where(move => move.Covers(day)).ToArray();
        var here = there.Count(move => !move.IsAbroad && ResidenceRouting.Agency(move.Municipality) == agency);
        return here == 0 ? false : here == there.Length ? true : null;
    }

    /// <summary>An own record as if it had been answered: no receipt, since nothing was exchanged.</summary>
    internal static AskOutcome Own(SourceRecord? record, string agency) => record is null
        ? new AskOutcome { Status = AnswerStatus.NotFound, Provider = agency }
        : new AskOutcome
        {
            Status = AnswerStatus.Found,
            Provider = agency,
            Record = record.Record.ToByteString(),
            Freshness = new Freshness { AsOfUnixMs = record.AsOfUnixMs, SourceRevision = record.Revision, NextUpdateUnixMs = record.NextUpdateUnixMs },
        };

    static AskOutcome InDoubt()
    {
        var refusal = Reasons.Refuse(Reason.RecordsConflict, "By the record of moves the person lived in this municipality and elsewhere on that day.");
        refusal.Remedy = "Correct the record of moves.";
        return AskOutcome.Refused(refusal);
    }
}
