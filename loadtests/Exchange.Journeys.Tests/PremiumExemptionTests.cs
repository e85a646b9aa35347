using Agency.V1;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Journeys.Tests;

/// <summary>The pension service asks about somebody who applied for an exemption, as docs/how-to/premium-exemption.md says.</summary>
public sealed class PremiumExemptionTests(RunningExchange exchange)
{
    [Fact]
    public async Task The_tax_agency_tells_the_income_and_the_municipality_of_the_first_of_january_its_own()
    {
        // Moved in March: the town before taxes.
        var applicant = exchange.Folder.ResidentsOf(exchange.Folder.Agency(ExchangePlan.Pension)).First(one => one is { MovedTo: not null, State: 'A', IsUnknownToTax: false });

        var income = await Ask(applicant, "tax", DataSetCatalogue.Income, new IncomeQuestion { Year = 2025 });
        var local = await Ask(applicant, "residence:2026-01-01", DataSetCatalogue.ResidentTax, new ResidentTaxQuestion { FiscalYear = 2026 });

        var statement = income.Record.Unpack<IncomeStatement>();
        Assert.Equal((Status.Found, applicant.TotalIncome, applicant.Dependants), (income.Status, statement.TotalIncome, statement.Dependants));
        Assert.False(statement.HasTaxableIncome);
        Assert.Contains("taxable_income", income.Withheld);
        Assert.Equal((Status.Found, ExchangePlan.Chiyoda, applicant.TotalIncome), (local.Status, local.Provider, local.Record.Unpack<ResidentTax>().TotalIncome));
        Assert.All(new[] { income, local }, one => Assert.True(one.Receipt is not null && one.Freshness.AsOf is not null));
    }

    async Task<LookupResponse> Ask(Resident person, string provider, DataSetContract dataSet, IMessage question)
    {
        using var system = new LocalSystem(exchange, ExchangePlan.Pension);
        return await new AgencyService.AgencyServiceClient(system.Channel).LookupAsync(new LookupRequest
        {
            Person = person.PensionKey,
            Provider = provider,
            Task = "premium-exemption",
            DataSet = dataSet.Id,
            Question = Any.Pack(question),
            Official = "suzuki",
            CaseId = "exemption-2026-0412",
            MaxAge = new Duration(),
        }, system.Headers(), cancellationToken: TestContext.Current.CancellationToken);
    }
}
