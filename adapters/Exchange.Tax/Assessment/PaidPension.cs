using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.V1;
using Records.Pension.V1;

namespace Exchange.Tax.Assessment;

/// <summary>The taxable part of what a pension service paid in a year. No input or output.</summary>
/// <param name="Paid">Yen; null: not known. 0 when there is no pension, or none that is taxable.</param>
/// <param name="TaxWithheld">Yen; null: not known.</param>
/// <param name="Missing">Why <paramref name="Paid"/> is not known; none when it is.</param>
sealed record PaidPension(long? Paid, long? TaxWithheld, IReadOnlyList<Finding> Missing)
{
    public static PaidPension Of(JobAnswer<Payments> answer)
    {
        // Whoever the service knows and has no payments of was paid none; of whoever it does not know nothing is known.
        if (answer.Status == AnswerStatus.NoRecord)
            return new PaidPension(0, 0, []);
        if (answer.Record is not { } record)
            return new PaidPension(null, null, answer.Missing);
        if (record.Kind is PensionKind.Disability or PensionKind.Survivors)
            return new PaidPension(0, 0, []);
        if (record.Kind != PensionKind.OldAge)
            return new PaidPension(null, null, [Unknown(answer, "kind")]);
        var paid = record.HasTotalPaid ? record.TotalPaid : Sum(answer, record, one => one.HasAmount ? one.Amount : null);
        var withheld = Sum(answer, record, one => one.HasWithheldTax ? one.WithheldTax : null);
        return new PaidPension(paid, withheld, paid is null ? [Unknown(answer, "total_paid")] : []);
    }

    /// <summary>Null when one payment does not tell it, or there are no payments to add.</summary>
    static long? Sum(JobAnswer<Payments> answer, Payments record, Func<Payment, long?> amount)
    {
        if (answer.Withheld.Contains("payments") || record.Payments_.Count == 0)
            return null;
        Int128 sum = 0;
        foreach (var payment in record.Payments_)
        {
            if (amount(payment) is not { } one)
                return null;
            sum += one;
        }
        return sum >= long.MinValue && sum <= long.MaxValue ? (long)sum : null;
    }

    static Finding Unknown(JobAnswer<Payments> answer, string field) => answer.Withheld.Contains(field)
        ? Findings.Of("WITHHELD", $"The pension service may not tell '{field}'. Ask whoever keeps the policy matrix.", answer.Provider)
        : Findings.Of("NOT_KNOWN", $"The pension service's record does not tell '{field}', which does not mean zero.", answer.Provider);
}
