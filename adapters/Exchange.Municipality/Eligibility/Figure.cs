using System.Globalization;
using Agency.V1;
using Google.Protobuf;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using MunicipalState = Records.Municipality.V1.AssessmentState;
using TaxState = Records.Tax.V1.AssessmentState;

namespace Exchange.Municipality.Eligibility;

/// <summary>One figure of one adult: known, with the fact that shows it, or missing.</summary>
/// <param name="Value">Null when it is missing.</param>
/// <param name="Missing">Why it is, one for each agency that did not settle it; none when it is known.</param>
sealed record Figure<T>(T? Value, Fact? Fact, IReadOnlyList<MissingFact> Missing)
    where T : struct
{
    public Figure(T value, Fact fact)
        : this(value, fact, [])
    {
    }

    public Figure(params IReadOnlyList<MissingFact> missing)
        : this(null, null, missing)
    {
    }
}

/// <summary>From what a provider said to the figure that the rule needs. What is not certainly known is missing.</summary>
static class Figures
{
    public static Figure<long> TotalIncome(Asked<IncomeStatement> asked, int year)
    {
        if (asked.Read(out var missing) is not { } record)
            return new(missing);
        if (record.HasYear && record.Year != year)
            return new(OtherYear(asked));
        return record.AssessmentState switch
        {
            TaxState.Assessed or TaxState.Exempt when !record.HasTotalIncome => new(asked.WithoutField("total_income")),
            TaxState.Assessed or TaxState.Exempt when record.TotalIncome < 0 => new(Negative(asked)),
            TaxState.Assessed or TaxState.Exempt => new(record.TotalIncome, asked.Known(Yen(record.TotalIncome))),
            TaxState.Undeclared => new(asked.Undeclared()),
            TaxState.NotYetAssessed => new(asked.NotYetAssessed()),
            _ => new(asked.WithoutField("assessment_state")),
        };
    }

    /// <summary>
    /// What is paid and not taxable counts on top of the total income, which has the taxable rest in it. The pension
    /// service is the register of pensions: whom it knows and has no payments of was paid none. Of whoever it does not know
    /// nothing is known: a number may be wrong there, or a hub may have turned the question to nobody.
    /// </summary>
    public static Figure<long> PensionOnTop(Asked<Payments> asked, int year, IReadOnlySet<PensionKind> onTop)
    {
        if (asked.HasNoRecord)
            return new(0, asked.Known("0 yen: no pension"));
        if (asked.Read(out var missing) is not { } record)
            return new(missing);
        if (record.HasYear && record.Year != year)
            return new(OtherYear(asked));
        // A kind that a later version knows may or may not be taxable.
        if (record.Kind is not (PensionKind.OldAge or PensionKind.Disability or PensionKind.Survivors))
            return new(asked.WithoutField("kind"));
        if (!onTop.Contains(record.Kind))
            return new(0, asked.Known(record.Kind == PensionKind.OldAge ? "0 yen: its pension is part of the total income" : "0 yen: this rule counts no pension of its kind"));
        if (!record.HasTotalPaid)
            return new(asked.WithoutField("total_paid"));
        return record.TotalPaid < 0 ? new(Negative(asked)) : new(record.TotalPaid, asked.Known(Yen(record.TotalPaid)));
    }

    /// <summary>Whether the person was paid a pension of one of the kinds.</summary>
    public static Figure<bool> Draws(Asked<Payments> asked, int year, IReadOnlySet<PensionKind> kinds)
    {
        var paid = PensionOnTop(asked, year, kinds);
        return paid.Value is { } yen ? new(yen > 0, asked.Known(yen > 0 ? PensionWords.Any(kinds) : $"no {PensionWords.Any(kinds)}")) : new(paid.Missing);
    }

    /// <summary>Whether the person is exempt: the state says so, or both parts of the income levy are known and zero.</summary>
    public static Figure<bool> IsExempt(Asked<ResidentTax> asked, int fiscalYear)
    {
        if (asked.Read(out var missing) is not { } record)
            return new(missing);
        if (record.HasFiscalYear && record.FiscalYear != fiscalYear)
            return new(OtherYear(asked));
        if (record.MunicipalIncomeLevy < 0 || record.PrefecturalIncomeLevy < 0)
            return new(Negative(asked));
        var isLevied = record.MunicipalIncomeLevy > 0 || record.PrefecturalIncomeLevy > 0;
        return record.AssessmentState switch
        {
            MunicipalState.Exempt when isLevied => new(asked.Invalid("The record says exempt and names an income levy.")),
            MunicipalState.Exempt => new(true, asked.Known("EXEMPT")),
            MunicipalState.Assessed when isLevied => new(false, asked.Known($"ASSESSED, income levy {Levies(record)}")),
            MunicipalState.Assessed when !record.HasMunicipalIncomeLevy => new(asked.WithoutField("municipal_income_levy")),
            MunicipalState.Assessed when !record.HasPrefecturalIncomeLevy => new(asked.WithoutField("prefectural_income_levy")),
            MunicipalState.Assessed => new(true, asked.Known("ASSESSED, no income levy")),
            MunicipalState.Undeclared => new(asked.Undeclared()),
            MunicipalState.NotYetAssessed => new(asked.NotYetAssessed()),
            _ => new(asked.WithoutField("assessment_state")),
        };
    }

    static MissingFact OtherYear<TRecord>(Asked<TRecord> asked)
        where TRecord : class, IMessage<TRecord>, new() => asked.Invalid("The record is of another year than was asked for.");

    static MissingFact Negative<TRecord>(Asked<TRecord> asked)
        where TRecord : class, IMessage<TRecord>, new() => asked.Invalid("The record has an amount below zero.");

    static string Levies(ResidentTax record) =>
        $"municipal {(record.HasMunicipalIncomeLevy ? Yen(record.MunicipalIncomeLevy) : "not known")}, prefectural {(record.HasPrefecturalIncomeLevy ? Yen(record.PrefecturalIncomeLevy) : "not known")}";

    static string Yen(long amount) => string.Create(CultureInfo.InvariantCulture, $"{amount} yen");
}
