using Agency.V1;
using CsCheck;
using Exchange.Adapter.Asking;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using static Exchange.Municipality.Tests.Eligibility.Outcomes;
using MunicipalState = Records.Municipality.V1.AssessmentState;
using TaxState = Records.Tax.V1.AssessmentState;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class FiguresTests
{
    static readonly IReadOnlySet<PensionKind> onTop = Programmes.Shipped.All[^1].PensionsOnTop;

    [Fact]
    public void A_figure_is_told_with_its_provider_its_date_and_its_receipt()
    {
        var figure = Figures.TotalIncome(OfTax(Found("jp.tax", Income)), 2025);
        Assert.Equal(300_000, figure.Value);
        var fact = figure.Fact!;
        Assert.Equal(("4711", "total income", "tax.income.v1", "jp.tax", "300000 yen"), (fact.Person, fact.Name, fact.DataSet, fact.Provider, fact.Value));
        Assert.Equal(1_780_000_000, fact.Freshness.AsOf.Seconds);
        Assert.Equal(("hub-1", 42ul, "0102", "0304"), (fact.Receipt.Log, fact.Receipt.Index, fact.Receipt.LeafHash, fact.Receipt.RequestId));
        Assert.Empty(figure.Missing);
    }

    [Theory]
    [InlineData(TaxState.Undeclared, "UNDECLARED")]
    [InlineData(TaxState.NotYetAssessed, "NOT_YET_ASSESSED")]
    [InlineData(TaxState.Unspecified, "NOT_KNOWN")]
    [InlineData((TaxState)99, "NOT_KNOWN")]
    public void An_income_that_is_not_assessed_is_missing_whatever_figure_stands_there(TaxState state, string reason) =>
        Missing(reason, Figures.TotalIncome(OfTax(Found("jp.tax", new IncomeStatement(Income) { AssessmentState = state, TotalIncome = 0 })), 2025));

    [Theory]
    [InlineData(MunicipalState.Undeclared, "UNDECLARED")]
    [InlineData(MunicipalState.NotYetAssessed, "NOT_YET_ASSESSED")]
    [InlineData(MunicipalState.Unspecified, "NOT_KNOWN")]
    public void A_tax_that_is_not_assessed_is_missing(MunicipalState state, string reason) =>
        Missing(reason, Figures.IsExempt(OfTown(Found("jp.mun.131024", new ResidentTax { AssessmentState = state, MunicipalIncomeLevy = 0, PrefecturalIncomeLevy = 0 })), 2026));

    [Theory]
    [InlineData(MunicipalState.Exempt, null, null, true)]
    [InlineData(MunicipalState.Exempt, 0L, 0L, true)]
    [InlineData(MunicipalState.Assessed, 0L, 0L, true)]
    [InlineData(MunicipalState.Assessed, 1L, 0L, false)]
    [InlineData(MunicipalState.Assessed, 0L, 1L, false)]
    [InlineData(MunicipalState.Assessed, 1L, null, false)]
    [InlineData(MunicipalState.Assessed, null, 1L, false)]
    [InlineData(MunicipalState.Assessed, 0L, null, null)]
    [InlineData(MunicipalState.Assessed, null, 0L, null)]
    [InlineData(MunicipalState.Assessed, null, null, null)]
    [InlineData(MunicipalState.Exempt, 5L, 0L, null)]
    [InlineData(MunicipalState.Assessed, -1L, 5L, null)]
    public void Exempt_is_who_is_called_so_or_has_both_levies_known_and_zero(MunicipalState state, long? municipal, long? prefectural, bool? isExempt)
    {
        var record = new ResidentTax { AssessmentState = state };
        if (municipal is { } one)
            record.MunicipalIncomeLevy = one;
        if (prefectural is { } other)
            record.PrefecturalIncomeLevy = other;
        var figure = Figures.IsExempt(OfTown(Found("jp.mun.131024", record)), 2026);
        Assert.Equal(isExempt, figure.Value);
        Assert.Equal(isExempt is null, figure.Missing.Count == 1);
        Assert.Equal(isExempt is null, figure.Fact is null);
    }

    [Theory]
    [InlineData(PensionKind.Disability, 500L, 500L)]
    [InlineData(PensionKind.Survivors, 500L, 500L)]
    [InlineData(PensionKind.OldAge, 500L, 0L)]
    [InlineData(PensionKind.OldAge, null, 0L)]
    [InlineData(PensionKind.Disability, null, null)]
    [InlineData(PensionKind.Disability, -1L, null)]
    [InlineData(PensionKind.Unspecified, 500L, null)]
    [InlineData((PensionKind)99, 500L, null)]
    public void Of_a_pension_only_what_is_not_taxable_counts_on_top(PensionKind kind, long? paid, long? counted)
    {
        var record = new Payments { Year = 2025, Kind = kind };
        if (paid is { } yen)
            record.TotalPaid = yen;
        Assert.Equal(counted, Figures.PensionOnTop(OfPension(Found("jp.pension", record)), 2025, onTop).Value);
    }

    [Fact]
    public void Only_the_register_of_pensions_can_say_that_there_is_nothing()
    {
        var pension = Figures.PensionOnTop(OfPension(Answered("jp.pension", AnswerStatus.NoRecord)), 2025, onTop);
        Assert.Equal((0, "0 yen: no pension"), (pension.Value, pension.Fact!.Value));
        Assert.Equal(42ul, pension.Fact.Receipt.Index);
        Assert.Equal(42ul, Missing("NOT_FOUND", Figures.TotalIncome(OfTax(Answered("jp.tax", AnswerStatus.NotFound)), 2025)).Receipt.Index);
        Missing("NOT_FOUND", Figures.IsExempt(OfTown(Answered("jp.mun.131024", AnswerStatus.NotFound)), 2026));
    }

    [Theory]
    [InlineData(AnswerStatus.Withheld, "WITHHELD")]
    [InlineData(AnswerStatus.Pending, "PENDING")]
    [InlineData(AnswerStatus.Quarantined, "QUARANTINED")]
    [InlineData(AnswerStatus.IdentityMismatch, "IDENTITY_MISMATCH")]
    [InlineData(AnswerStatus.Unspecified, "ANSWER_INVALID")]
    public void Any_other_answer_is_missing_at_each_of_the_three(AnswerStatus status, string reason)
    {
        Missing(reason, Figures.TotalIncome(OfTax(Answered("jp.tax", status)), 2025));
        Missing(reason, Figures.PensionOnTop(OfPension(Answered("jp.pension", status)), 2025, onTop));
        Missing(reason, Figures.IsExempt(OfTown(Answered("jp.mun.131024", status)), 2026));
    }

    [Fact]
    public void Every_refusal_is_missing_with_its_name_its_words_and_its_time_to_retry()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        {
            var refusal = Reasons.Refuse(reason, "It happened.", TimeSpan.FromMilliseconds(2500));
            foreach (var missing in new[]
            {
                Missing(Reasons.Name(reason), Figures.TotalIncome(OfTax(AskOutcome.Refused(refusal)), 2025)),
                Missing(Reasons.Name(reason), Figures.PensionOnTop(OfPension(AskOutcome.Refused(refusal)), 2025, onTop)),
                Missing(Reasons.Name(reason), Figures.IsExempt(OfTown(AskOutcome.Refused(refusal)), 2026)),
            })
                Assert.Equal((2500, $"It happened. {refusal.Remedy}"), (missing.RetryAfterMs, missing.Message));
        }
    }

    [Fact]
    public void A_missing_fact_names_the_agency_or_else_what_was_asked_for()
    {
        var refused = AskOutcome.Refused(Reasons.Refuse(Reason.ResidenceAbroad));
        Assert.Equal("residence:2026-01-01", Missing("RESIDENCE_ABROAD", Figures.IsExempt(OfTown(refused), 2026)).Provider);
        refused = AskOutcome.Refused(Reasons.Refuse(Reason.ProviderUnavailable)) with { Provider = "jp.mun.271004" };
        Assert.Equal("jp.mun.271004", Missing("PROVIDER_UNAVAILABLE", Figures.IsExempt(OfTown(refused), 2026)).Provider);
    }

    [Fact]
    public void A_field_that_is_withheld_is_told_apart_from_one_that_is_not_known()
    {
        var without = new IncomeStatement { Year = 2025, AssessmentState = TaxState.Assessed };
        Assert.Contains("'total_income'", Missing("WITHHELD", Figures.TotalIncome(OfTax(Found("jp.tax", without, 3)), 2025)).Message, StringComparison.Ordinal);
        Assert.Contains("'total_income'", Missing("NOT_KNOWN", Figures.TotalIncome(OfTax(Found("jp.tax", without)), 2025)).Message, StringComparison.Ordinal);
        Missing("WITHHELD", Figures.TotalIncome(OfTax(Found("jp.tax", new IncomeStatement { TotalIncome = 1 }, 2)), 2025));
        Missing("WITHHELD", Figures.PensionOnTop(OfPension(Found("jp.pension", new Payments { TotalPaid = 1 }, 3)), 2025, onTop));
        Missing("WITHHELD", Figures.IsExempt(OfTown(Found("jp.mun.131024", new ResidentTax { AssessmentState = MunicipalState.Assessed, MunicipalIncomeLevy = 0 }, 6)), 2026));
    }

    [Fact]
    public void A_record_of_another_year_a_negative_amount_and_bytes_that_are_no_record_decide_nothing()
    {
        Missing("ANSWER_INVALID", Figures.TotalIncome(OfTax(Found("jp.tax", Income)), 2024));
        Missing("ANSWER_INVALID", Figures.PensionOnTop(OfPension(Found("jp.pension", Pension)), 2024, onTop));
        Missing("ANSWER_INVALID", Figures.IsExempt(OfTown(Found("jp.mun.131024", Outcomes.ResidentTax)), 2025));
        Missing("ANSWER_INVALID", Figures.TotalIncome(OfTax(Found("jp.tax", new IncomeStatement(Income) { TotalIncome = -1 })), 2025));
        Missing("ANSWER_INVALID", Figures.TotalIncome(OfTax(Found("jp.tax", Income) with { Record = ByteString.CopyFrom(0xff, 0xff) }), 2025));
        Missing("ANSWER_INVALID", Figures.TotalIncome(OfTax(Found("jp.tax", Income) with { Freshness = new V1.Freshness { AsOfUnixMs = long.MaxValue } }), 2025));
    }

    [Fact]
    public void Whatever_bytes_a_provider_sends_a_figure_is_known_or_missing_and_never_both() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Enum<AnswerStatus>()).Sample((bytes, status) =>
        {
            var outcome = new AskOutcome { Status = status, Provider = "x", Record = ByteString.CopyFrom(bytes) };
            Either(Figures.TotalIncome(OfTax(outcome), 2025));
            Either(Figures.PensionOnTop(OfPension(outcome), 2025, onTop));
            Either(Figures.IsExempt(OfTown(outcome), 2026));
        });

    static void Either<T>(Figure<T> figure)
        where T : struct
    {
        Assert.Equal(figure.Value is not null, figure.Fact is not null);
        Assert.Equal(figure.Value is null, figure.Missing.Count > 0);
    }

    static MissingFact Missing<T>(string reason, Figure<T> figure)
        where T : struct
    {
        Assert.Null(figure.Value);
        Assert.Null(figure.Fact);
        var missing = Assert.Single(figure.Missing);
        Assert.Equal(("4711", reason), (missing.Person, missing.Reason));
        Assert.NotEmpty(missing.Message);
        return missing;
    }
}
