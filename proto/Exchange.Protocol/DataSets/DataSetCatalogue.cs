using Exchange.Protocol.DataSets.Meaning;
using Records.History.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Protocol.DataSets;

/// <summary>
/// The data sets this version knows, as every party holds them. The hub's directory names those that an exchange
/// uses; where the two differ, the data set is not exchanged.
/// </summary>
public static class DataSetCatalogue
{
    /// <summary>One tax year of one person.</summary>
    public static DataSetContract Income { get; } = new(
        "tax.income.v1", "Income statement of a tax year", IncomeQuestion.Descriptor, IncomeStatement.Descriptor,
        declaredSize: 512, isProtected: false, providerKind: "tax", TaxMeanings.Income);

    /// <summary>What employers reported to have paid in one year.</summary>
    public static DataSetContract Employment { get; } = new(
        "tax.employment.v1", "Employment statements of a tax year", EmploymentQuestion.Descriptor, EmploymentIncome.Descriptor,
        declaredSize: 1024, isProtected: false, providerKind: "tax", TaxMeanings.Employment);

    /// <summary>A pension and what was paid of it in one year.</summary>
    public static DataSetContract Payments { get; } = new(
        "pension.payments.v1", "Pension payments of a year", PaymentsQuestion.Descriptor, Records.Pension.V1.Payments.Descriptor,
        declaredSize: 1024, isProtected: false, providerKind: "pension", PensionMeanings.Payments);

    /// <summary>When a person was insured, as what, and whether contributions were paid.</summary>
    public static DataSetContract PensionEnrolment { get; } = new(
        "pension.enrolment.v1", "Periods of pension insurance", EnrolmentQuestion.Descriptor, Records.Pension.V1.Enrolment.Descriptor,
        declaredSize: 2048, isProtected: false, providerKind: "pension", PensionMeanings.Enrolment);

    /// <summary>Local tax of one fiscal year, municipal and prefectural levy apart.</summary>
    public static DataSetContract ResidentTax { get; } = new(
        "municipality.resident-tax.v1", "Resident tax of a fiscal year", ResidentTaxQuestion.Descriptor, Records.Municipality.V1.ResidentTax.Descriptor,
        declaredSize: 512, isProtected: true, providerKind: "municipality", MunicipalityMeanings.ResidentTax);

    /// <summary>The household a person lives in, and when they moved.</summary>
    public static DataSetContract Household { get; } = new(
        "municipality.household.v1", "Household and moves", HouseholdQuestion.Descriptor, Records.Municipality.V1.Household.Descriptor,
        declaredSize: 1024, isProtected: true, providerKind: "municipality", MunicipalityMeanings.Household);

    /// <summary>What a municipality pays a person in one month.</summary>
    public static DataSetContract Benefits { get; } = new(
        "municipality.benefits.v1", "Benefits of a month", BenefitsQuestion.Descriptor, Records.Municipality.V1.Benefits.Descriptor,
        declaredSize: 512, isProtected: true, providerKind: "municipality", MunicipalityMeanings.Benefits);

    /// <summary>Who asked the tax agency about a person.</summary>
    public static DataSetContract TaxHistory { get; } = History("tax", "Who asked the tax agency about a person");

    /// <summary>Who asked the pension service about a person.</summary>
    public static DataSetContract PensionHistory { get; } = History("pension", "Who asked the pension service about a person");

    /// <summary>Who asked a municipality about a person.</summary>
    public static DataSetContract MunicipalityHistory { get; } = History("municipality", "Who asked a municipality about a person");

    static readonly DataSetContract[] mapped = [Income, Employment, Payments, PensionEnrolment, ResidentTax, Household, Benefits];

    static readonly DataSetContract[] histories = [TaxHistory, PensionHistory, MunicipalityHistory];

    public static IReadOnlyList<DataSetContract> All { get; } = [.. mapped, .. histories];

    /// <summary>Those that agencies of the kind keep in files and databases of their own, and describe in a mapping.</summary>
    public static IReadOnlyList<DataSetContract> OfKind(string kind) => [.. mapped.Where(contract => contract.ProviderKind == kind)];

    /// <summary>All that agencies of the kind may be asked for: what they keep, and the history of it.</summary>
    public static IReadOnlyList<DataSetContract> ProvidedBy(string kind) => [.. All.Where(contract => contract.ProviderKind == kind)];

    /// <summary>The one that agencies of the kind read from their journal; null of a kind that provides nothing.</summary>
    public static DataSetContract? HistoryOf(string kind) => Array.Find(histories, contract => contract.ProviderKind == kind);

    /// <summary>Whether a directory describes a data set as this version does.</summary>
    public static bool Agrees(DataSetContract own, V1.DataSet theirs) =>
        own.Id == theirs.Id && own.Question.FullName == theirs.QuestionType && own.Record.FullName == theirs.RecordType
        && own.DeclaredSize == theirs.DeclaredSize && own.IsProtected == theirs.Protected && own.ProviderKind == theirs.ProviderKind;

    /// <summary>Of one size, which holds any one entry and a page of ordinary ones.</summary>
    static DataSetContract History(string kind, string title) => new(
        $"{kind}.history.v1", title, HistoryQuestion.Descriptor, Records.History.V1.History.Descriptor,
        declaredSize: 16_384, isProtected: true, providerKind: kind, HistoryMeanings.History);
}
