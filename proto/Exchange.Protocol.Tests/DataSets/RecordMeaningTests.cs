using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Meaning;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Records.History.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Protocol.Tests.DataSets;

public sealed class RecordMeaningTests
{
    public static TheoryData<string> DataSets => [.. DataSetCatalogue.All.Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(DataSets))]
    public void Every_field_of_a_data_set_has_a_unit_and_an_example_that_fits_it(string id)
    {
        var contract = Contract(id);
        Assert.Equal(Paths(contract.Record), contract.Meaning!.Fields.Select(field => field.Path));
        foreach (var field in contract.Meaning.Fields)
        {
            var descriptor = Find(contract.Record, field.Path);
            if (descriptor.FieldType == FieldType.Enum)
                Assert.Contains(descriptor.EnumType.Values, value => value.Name.EndsWith("_" + field.Example, StringComparison.Ordinal));
            else
                Assert.Null(Units.Problem(field.Unit, descriptor.FieldType == FieldType.String ? field.Example : descriptor.FieldType == FieldType.Bool ? bool.Parse(field.Example) : long.Parse(field.Example, null)));
        }
    }

    [Theory]
    [MemberData(nameof(DataSets))]
    public void A_record_of_which_nothing_is_known_breaks_nothing_but_what_must_be_said(string id)
    {
        var contract = Contract(id);
        var broken = contract.Meaning!.Check(contract.Question.Parser.ParseFrom(ByteString.Empty), contract.Record.Parser.ParseFrom(ByteString.Empty));
        Assert.All(broken, breach => Assert.EndsWith("-said", breach.Rule, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(DataSets))]
    public void A_good_record_keeps_every_rule_and_each_rule_is_broken_by_some_record(string id)
    {
        var contract = Contract(id);
        var (question, good) = Good(id);
        Assert.Empty(contract.Meaning!.Check(question, good));

        var broken = Bad(id).Select(spoil =>
        {
            var record = contract.Record.Parser.ParseFrom(good.ToByteString());
            spoil(record);
            return contract.Meaning.Check(question, record).ToList();
        }).ToList();
        Assert.All(broken, breaches => Assert.NotEmpty(breaches));
        Assert.Equal(contract.Meaning.Rules.Select(rule => rule.Id).Order(), broken.SelectMany(breaches => breaches).Select(breach => breach.Rule).Distinct().Order());
    }

    [Fact]
    public void What_is_not_in_its_unit_is_named_by_its_field_and_no_value_stands_in_it()
    {
        var record = new ResidentTax { AssessmentState = Records.Municipality.V1.AssessmentState.Assessed, FiscalYear = 26, TotalIncome = -1, AssessedOn = "2026/06/01" };
        var broken = DataSetCatalogue.ResidentTax.Meaning!.Check(new ResidentTaxQuestion { FiscalYear = 26 }, record).ToList();
        Assert.Equal(["fiscal_year", "total_income", "assessed_on"], broken.Select(breach => breach.Field));
        Assert.All(broken, breach => Assert.Equal("unit", breach.Rule));
        Assert.DoesNotContain(broken, breach => breach.What.Contains("2026/06/01", StringComparison.Ordinal));

        var household = new Household { Members = { new HouseholdMember { BirthYear = 1984 }, new HouseholdMember { MovedInOn = "1.4.2012" } } };
        Assert.Equal("members.moved_in_on", Assert.Single(DataSetCatalogue.Household.Meaning!.Check(new HouseholdQuestion(), household)).Field);
    }

    static DataSetContract Contract(string id) => DataSetCatalogue.All.Single(one => one.Id == id);

    static IEnumerable<string> Paths(MessageDescriptor type) => type.Fields.InFieldNumberOrder().SelectMany(field =>
        field is { IsRepeated: true, FieldType: FieldType.Message } ? Paths(field.MessageType).Select(inner => $"{field.Name}.{inner}") : [field.Name]);

    static FieldDescriptor Find(MessageDescriptor type, string path) => path.Split('.') is [var list, var inner]
        ? type.FindFieldByName(list).MessageType.FindFieldByName(inner) : type.FindFieldByName(path);

    static (IMessage Question, IMessage Record) Good(string id) => id switch
    {
        "municipality.resident-tax.v1" => (new ResidentTaxQuestion { FiscalYear = 2026 }, new ResidentTax
        {
            FiscalYear = 2026,
            AssessmentState = Records.Municipality.V1.AssessmentState.Assessed,
            TotalIncome = 3_250_000,
            TaxableIncome = 2_390_000,
            MunicipalIncomeLevy = 143_400,
            PrefecturalIncomeLevy = 95_600,
            MunicipalPerCapitaLevy = 3000,
            PrefecturalPerCapitaLevy = 1000,
            TotalLevy = 243_000,
            Dependants = 1,
            AssessedOn = "2026-06-01",
        }),
        "municipality.household.v1" => (new HouseholdQuestion(), new Household
        {
            Relationship = Relationship.Head,
            MovedInOn = "2012-04-01",
            MovedOutOn = "2026-03-25",
            MovedTo = "271004",
            Members = { new HouseholdMember { Relationship = Relationship.Spouse, BirthYear = 1984, MovedInOn = "2012-04-01", MovedOutOn = "2026-03-25" } },
        }),
        "municipality.benefits.v1" => (new BenefitsQuestion { Month = "2026-10" }, new Benefits
        {
            Month = "2026-10",
            WelfareStartedOn = "2024-02-01",
            WelfareEndedOn = "2026-10-31",
            WelfareMonthlyTotal = 122_000,
            Aids = { new WelfareAid { Kind = WelfareAidKind.Livelihood, Amount = 76_000 }, new WelfareAid { Kind = WelfareAidKind.Housing, Amount = 46_000 } },
        }),
        "tax.income.v1" => (new IncomeQuestion { Year = 2025 }, new IncomeStatement
        {
            Year = 2025,
            AssessmentState = Records.Tax.V1.AssessmentState.Assessed,
            TotalIncome = 3_250_900,
            TaxableIncome = 2_390_000,
            TotalDeductions = 860_000,
            BasicDeduction = 430_000,
            SocialInsuranceDeduction = 430_000,
            MunicipalIncomeLevy = 143_400,
            PrefecturalIncomeLevy = 95_600,
            TaxingMunicipality = "131016",
            AssessedOn = "2026-06-01",
        }),
        "tax.employment.v1" => (new EmploymentQuestion { Year = 2025 }, new EmploymentIncome
        {
            Year = 2025,
            TotalPaid = 500,
            Statements = { new EmploymentStatement { EmployedFrom = "2015-04-01", EmployedUntil = "2025-04-01", Paid = 200, Income = 100 }, new EmploymentStatement { EmployedFrom = "2025-04-01", Paid = 300, Income = 300 } },
        }),
        "pension.payments.v1" => (new PaymentsQuestion { Year = 2025 }, new Payments
        {
            Year = 2025,
            Kind = PensionKind.Disability,
            EntitledOn = "2019-05-01",
            FirstPaidOn = "2019-06-14",
            BasicAmount = 780_000,
            EmployeeAmount = 120_000,
            SuspendedBasicAmount = 0,
            SuspendedEmployeeAmount = 0,
            TotalPaid = 300_000,
            Changes = { new AmountChange { ChangedOn = "2025-04-01" }, new AmountChange { ChangedOn = "2024-04-01" } },
            Payments_ = { new Payment { PaidOn = "2025-02-14", Amount = 150_000, WithheldCarePremium = 6000 }, new Payment { PaidOn = "2025-04-15", Amount = 150_000 } },
        }),
        "tax.history.v1" or "pension.history.v1" or "municipality.history.v1" => (new HistoryQuestion { From = "2026-04-01", Until = "2026-04-30" }, new History
        {
            Entries =
            {
                new HistoryEntry { Time = "2026-04-30T23:59:59+09:00", Requester = "jp.pension", Outcome = Outcome.Pending },
                new HistoryEntry { Time = "2026-04-01T00:00:00+09:00", Requester = "jp.mun.131016", Outcome = Outcome.Found, Fields = { "total_income" }, Predicates = { "low-income" } },
            },
        }),
        _ => (new EnrolmentQuestion(), new Enrolment
        {
            Category = InsuredCategory.Second,
            Periods =
            {
                new EnrolmentPeriod { Category = InsuredCategory.First, From = "2008-04-01", Until = "2015-04-01" },
                new EnrolmentPeriod { Category = InsuredCategory.Second, From = "2015-04-01", StandardRemuneration = 340_000 },
            },
        }),
    };

    /// <summary>Each spoils a good record in one way.</summary>
    static IReadOnlyList<Action<IMessage>> Bad(string id) => id switch
    {
        "municipality.resident-tax.v1" => On<ResidentTax>(
            one => one.FiscalYear = 2025, one => one.AssessmentState = default, one => one.AssessmentState = Records.Municipality.V1.AssessmentState.Undeclared,
            one => one.AssessmentState = Records.Municipality.V1.AssessmentState.Exempt, one => one.TaxableIncome = 3_250_001,
            // Municipal and prefectural part mixed up with the total.
            one => one.PrefecturalIncomeLevy = 243_000, one => { one.TaxableIncome = 1000; }),
        "municipality.household.v1" => On<Household>(
            one => one.MovedInOn = "2026-03-25", one => one.MovedOutOn = "", one => one.MovedAbroad = true, one => one.Members[0].Relationship = Relationship.Head, one => one.Members[0].MovedOutOn = "2012-04-01"),
        "municipality.benefits.v1" => On<Benefits>(
            one => one.Month = "2026-09", one => one.WelfareStartedOn = "2026-11-01", one => { one.WelfareStartedOn = ""; }, one => one.Aids[0].Kind = default, one => one.Aids[0].Amount = 46_000),
        "tax.income.v1" => On<IncomeStatement>(
            one => one.Year = 2024, one => one.AssessmentState = default, one => one.AssessmentState = Records.Tax.V1.AssessmentState.NotYetAssessed, one => one.TaxableIncome = 2_390_900,
            one => one.BasicDeduction = 430_001, one => one.AssessmentState = Records.Tax.V1.AssessmentState.Exempt, one => one.AssessedOn = "2025-12-31"),
        "tax.employment.v1" => On<EmploymentIncome>(
            one => one.Year = 2024, one => one.TotalPaid = 501, one => one.Statements[0].EmployedUntil = "2015-04-01", one => one.Statements[0].EmployedFrom = "2025-04-02", one => one.Statements[0].Income = 201),
        "pension.payments.v1" => On<Payments>(
            one => one.Year = 2024, one => one.Kind = default, one => one.EntitledOn = "2019-06-15", one => one.Payments_[0].PaidOn = "2024-12-13", one => one.Payments_[0].PaidOn = "2025-06-13",
            one => one.TotalPaid = 300_001, one => one.Payments_[0].WithheldCarePremium = 150_001, one => one.Payments_[0].WithheldTax = 1, one => one.Changes[0].ChangedOn = "2023-04-01",
            one => one.SuspendedBasicAmount = 780_001, one => one.SuspendedEmployeeAmount = 120_001),
        "tax.history.v1" or "pension.history.v1" or "municipality.history.v1" => On<History>(
            one => one.Entries[1].Time = "2026-03-31T23:59:59+09:00", one => one.Entries[0].Time = "2026-05-01T00:00:00+09:00", one => one.Entries[0].Time = "2026-03-31T00:00:00+09:00",
            one => one.Entries[0].Outcome = default, one => one.Entries[0].Fields.Add("total_income"), one => one.Entries[0].Predicates.Add("low-income")),
        _ => On<Enrolment>(
            one => one.Periods[0].Until = "2008-04-01", one => one.Periods[0].From = "2015-04-02", one => one.Periods[0].Until = "", one => one.Periods[0].Category = default, one => one.Periods[0].StandardRemuneration = 1),
    };

    static IReadOnlyList<Action<IMessage>> On<T>(params Action<T>[] spoils)
        where T : IMessage => [.. spoils.Select(spoil => (Action<IMessage>)(record => spoil((T)record)))];
}
