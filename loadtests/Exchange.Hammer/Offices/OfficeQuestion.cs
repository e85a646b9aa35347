using Exchange.Adapter.Asking;
using Exchange.Hammer.Contenders;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Hammer.Offices;

/// <summary>What an office asks about a person, and what must come back.</summary>
/// <param name="IsTowns">A town asks; otherwise the pension service does.</param>
/// <param name="Status">Of the answer about somebody.</param>
/// <param name="Expected">The granted fields of the record, where there is one.</param>
sealed record OfficeQuestion(
    bool IsTowns, string Provider, string Task, DataSetContract DataSet, IMessage Message, Func<Resident, string> Key, Func<Resident, AnswerStatus> Status, Func<Resident, IMessage> Expected)
{
    const int Year = 2025;

    readonly ByteString content = Message.ToByteString();

    public static OfficeQuestion TownAsksTax { get; } = new(
        true, ExchangePlan.Tax, TaxQuestion.Task, DataSetCatalogue.Income, TaxQuestion.Income.Message, one => one.TownKey, InTax, TaxQuestion.Income.Expected);

    public static OfficeQuestion TownAsksPension { get; } = new(
        true, ExchangePlan.Pension, TaxQuestion.Task, DataSetCatalogue.Payments, new PaymentsQuestion { Year = Year }, one => one.TownKey,
        one => !one.IsKnownToPension ? AnswerStatus.NotFound : one.DrawsPension ? AnswerStatus.Found : AnswerStatus.NoRecord,
        one => new Payments
        {
            Year = Year,
            Kind = one.PensionKind switch { 'O' => PensionKind.OldAge, 'D' => PensionKind.Disability, _ => PensionKind.Survivors },
            TotalPaid = 12 * one.MonthlyPension,
        });

    public static OfficeQuestion PensionAsksTax { get; } = new(
        false, ExchangePlan.Tax, "premium-exemption", DataSetCatalogue.Income, TaxQuestion.Income.Message, one => one.PensionKey, InTax, one =>
        {
            // Fewer fields are granted than to towns.
            var whole = (IncomeStatement)TaxQuestion.Income.Expected(one);
            var granted = new IncomeStatement { Year = whole.Year, AssessmentState = whole.AssessmentState };
            if (whole.HasTotalIncome)
                (granted.TotalIncome, granted.Dependants) = (whole.TotalIncome, whole.Dependants);
            return granted;
        });

    public AskRequest Ask(Resident one) => new(Key(one), Provider, Task, DataSet.Id, content, "hammer", "load", null, ByteString.Empty);

    /// <returns>Null when it is right, or refused; otherwise what was wrong. It says nothing about a person.</returns>
    public string? Mistake(Resident one, AskOutcome outcome) =>
        outcome.Refusal is not null ? null
        : outcome.Status != Status(one) ? $"{DataSet.Id}: the answer was {outcome.Status} where {Status(one)} was due"
        : outcome.Receipt is null ? $"{DataSet.Id}: no receipt came with an answer"
        : outcome.Status == AnswerStatus.Found && !DataSet.Record.Parser.ParseFrom(outcome.Record).Equals(Expected(one)) ? $"{DataSet.Id}: a record is not the one the provider holds"
        : null;

    public static string Reason(Refusal refusal) => Reasons.Name(refusal.Reason);

    static AnswerStatus InTax(Resident one) => one.IsUnknownToTax ? AnswerStatus.NotFound : AnswerStatus.Found;
}
