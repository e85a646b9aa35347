using Records.Municipality.V1;
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
        declaredSize: 512, isProtected: false, providerKind: "tax");

    /// <summary>Local tax of one fiscal year, municipal and prefectural levy apart.</summary>
    public static DataSetContract ResidentTax { get; } = new(
        "municipality.resident-tax.v1", "Resident tax of a fiscal year", ResidentTaxQuestion.Descriptor, Records.Municipality.V1.ResidentTax.Descriptor,
        declaredSize: 512, isProtected: true, providerKind: "municipality");

    public static IReadOnlyList<DataSetContract> All { get; } = [Income, ResidentTax];

    public static IReadOnlyList<DataSetContract> OfKind(string kind) => [.. All.Where(contract => contract.ProviderKind == kind)];

    /// <summary>Whether a directory describes a data set as this version does.</summary>
    public static bool Agrees(DataSetContract own, V1.DataSet theirs) =>
        own.Id == theirs.Id && own.Question.FullName == theirs.QuestionType && own.Record.FullName == theirs.RecordType
        && own.DeclaredSize == theirs.DeclaredSize && own.IsProtected == theirs.Protected && own.ProviderKind == theirs.ProviderKind;
}
