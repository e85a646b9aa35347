using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Routing;
using Exchange.Protocol.DataSets;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Pension.Linking;

/// <summary>Asks about one person, everybody side by side, and has what they say compared.</summary>
sealed class Linker(AskQuestion ask, OwnRecords own, LinkingDay day)
{
    public async Task<LinkingResult> Link(ListItem item, CancellationToken cancelled)
    {
        var result = item.Wrong is { } wrong
            ? new LinkingResult { Outcome = LinkingOutcome.Failed, Findings = { wrong } }
            : await Compare(item.Person, cancelled).ConfigureAwait(false);
        result.Id = item.Id;
        result.Person = item.Person;
        return result;
    }

    async Task<LinkingResult> Compare(string person, CancellationToken cancelled)
    {
        var household = ask.For<Household>(person, Residence.On(day.On), DataSetCatalogue.Household, new HouseholdQuestion());
        var employment = ask.For<EmploymentIncome>(person, "tax", DataSetCatalogue.Employment, new EmploymentQuestion { Year = day.Year }, record => !record.HasYear || record.Year == day.Year);
        var enrolment = own.Read<Enrolment>(DataSetCatalogue.PensionEnrolment, person, new EnrolmentQuestion(), cancelled);
        await Task.WhenAll(household, employment, enrolment).ConfigureAwait(false);
        var (there, employed, insured) = (await household.ConfigureAwait(false), await employment.ConfigureAwait(false), await enrolment.ConfigureAwait(false));
        var result = LinkComparison.Of(day, there, employed, insured);
        result.Sources.Add(there.Used(DataSetCatalogue.Household).Concat(employed.Used(DataSetCatalogue.Employment)).Concat(insured.Used(DataSetCatalogue.PensionEnrolment)));
        return result;
    }
}
