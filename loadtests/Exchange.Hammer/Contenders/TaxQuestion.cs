using Exchange.Adapter.Asking;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Hammer.Contenders;

/// <summary>What a town asks the tax agency about a resident.</summary>
/// <param name="About">Whom it is asked about.</param>
/// <param name="Expected">The granted fields of what the provider's database says; an undeclared amount is absent, not zero.</param>
sealed record TaxQuestion(DataSetContract DataSet, IMessage Message, Func<Resident, bool> About, Func<Resident, IMessage> Expected)
{
    public const string Task = "benefit-eligibility";

    const int Year = 2025;

    readonly ByteString content = Message.ToByteString();

    /// <summary>What a resident earned: the one question of all load but that of larger records.</summary>
    public static TaxQuestion Income { get; } = new(DataSetCatalogue.Income, new IncomeQuestion { Year = Year }, one => !one.IsUnknownToTax, IncomeOf);

    /// <summary>What employers paid.</summary>
    public static TaxQuestion Employment { get; } = new(DataSetCatalogue.Employment, new EmploymentQuestion { Year = Year }, one => !one.IsUnknownToTax && one.IsEmployed, EmploymentOf);

    /// <summary>The one whose answers come nearest to a size; null when even that is less than half of it.</summary>
    public static TaxQuestion? Nearest(int size)
    {
        var nearest = new[] { Income, Employment }.MinBy(one => Math.Abs(one.DataSet.DeclaredSize - size))!;
        return nearest.DataSet.DeclaredSize >= size / 2 ? nearest : null;
    }

    public AskRequest Ask(Resident one) =>
        new(one.TownKey, ExchangePlan.Tax, Task, DataSet.Id, content, "hammer", "load", null, ByteString.Empty);

    public bool IsRight(Resident one, ByteString record) => DataSet.Record.Parser.ParseFrom(record).Equals(Expected(one));

    static IncomeStatement IncomeOf(Resident one)
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

    /// <summary>As far as <see cref="Parties.EmploymentGrant"/> grants it.</summary>
    static EmploymentIncome EmploymentOf(Resident one) => new() { Year = Year, TotalPaid = one.TotalIncome };
}
