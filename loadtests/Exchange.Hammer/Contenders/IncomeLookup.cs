using Exchange.Adapter.Asking;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Hammer.Contenders;

/// <summary>The one question of all load: a town asks the tax agency what a resident earned.</summary>
static class IncomeLookup
{
    public const string DataSet = "tax.income.v1";

    const int Year = 2025;

    static readonly ByteString question = new IncomeQuestion { Year = Year }.ToByteString();

    public static AskRequest About(Resident one) =>
        new(one.TownKey, ExchangePlan.Tax, "benefit-eligibility", DataSet, question, "hammer", "load", null, ByteString.Empty);

    /// <summary>The granted fields of what the provider's database says; an undeclared amount is absent, not zero.</summary>
    public static IncomeStatement Expected(Resident one)
    {
        var statement = new IncomeStatement
        {
            Year = Year,
            AssessmentState = one.State switch
            {
                'A' => AssessmentState.Assessed,
                'E' => AssessmentState.Exempt,
                'U' => AssessmentState.Undeclared,
                _ => AssessmentState.NotYetAssessed,
            },
        };
        if (one.State is 'U' or 'P')
            return statement;
        statement.TotalIncome = one.TotalIncome;
        statement.TaxableIncome = one.TaxableIncome;
        statement.TotalDeductions = one.Deductions;
        statement.Dependants = one.Dependants;
        statement.MunicipalIncomeLevy = one.MunicipalLevy;
        statement.PrefecturalIncomeLevy = one.PrefecturalLevy;
        return statement;
    }
}
