using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Routing;
using Exchange.Protocol.DataSets;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Tax.Assessment;

/// <summary>Asks about one person, everybody side by side, and has what they say compared.</summary>
sealed class Assessor(AskQuestion ask, OwnRecords own, AssessedYear year)
{
    public async Task<AssessmentResult> Assess(ListItem item, CancellationToken cancelled)
    {
        var result = item.Wrong is { } wrong
            ? new AssessmentResult { Outcome = AssessmentOutcome.Incomplete, Findings = { wrong } }
            : await Compare(item.Person, cancelled).ConfigureAwait(false);
        result.Id = item.Id;
        result.Person = item.Person;
        return result;
    }

    async Task<AssessmentResult> Compare(string person, CancellationToken cancelled)
    {
        var statement = own.Read<IncomeStatement>(DataSetCatalogue.Income, person, new IncomeQuestion { Year = year.Year }, cancelled);
        var payments = ask.For<Payments>(person, "pension", DataSetCatalogue.Payments, new PaymentsQuestion { Year = year.Year }, Answers);
        var household = ask.For<Household>(person, Residence.On(year.HouseholdOn), DataSetCatalogue.Household, new HouseholdQuestion());
        await Task.WhenAll(statement, payments, household).ConfigureAwait(false);
        var (declared, paid, there) = (await statement.ConfigureAwait(false), await payments.ConfigureAwait(false), await household.ConfigureAwait(false));
        var result = AssessmentComparison.Of(year, declared, paid, there);
        result.Sources.Add(declared.Used(DataSetCatalogue.Income).Concat(paid.Used(DataSetCatalogue.Payments)).Concat(there.Used(DataSetCatalogue.Household)));
        return result;
    }

    /// <summary>Of the year, and nothing paid that is less than nothing.</summary>
    bool Answers(Payments record) => (!record.HasYear || record.Year == year.Year) && (!record.HasTotalPaid || record.TotalPaid >= 0)
        && record.Payments_.All(one => (!one.HasAmount || one.Amount >= 0) && (!one.HasWithheldTax || one.WithheldTax >= 0));
}
