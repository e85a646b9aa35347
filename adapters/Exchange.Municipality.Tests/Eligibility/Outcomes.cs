using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Municipality.Eligibility;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using MunicipalState = Records.Municipality.V1.AssessmentState;
using TaxState = Records.Tax.V1.AssessmentState;

namespace Exchange.Municipality.Tests.Eligibility;

/// <summary>What comes of questions.</summary>
static class Outcomes
{
    public static readonly Receipt Receipt = new() { Log = "hub-1", Index = 42, LeafHash = ByteString.CopyFrom(1, 2), RequestId = ByteString.CopyFrom(3, 4) };

    public static Receipt Numbered(byte index) => new() { Log = "hub-1", Index = index, RequestId = ByteString.CopyFrom(index) };

    const string Where = "residence:2026-01-01";

    public static readonly IncomeStatement Income = new() { Year = 2025, AssessmentState = TaxState.Assessed, TotalIncome = 300_000 };

    public static readonly Payments Pension = new() { Year = 2025, Kind = PensionKind.Survivors, TotalPaid = 50_000 };

    public static readonly ResidentTax ResidentTax = new() { FiscalYear = 2026, AssessmentState = MunicipalState.Exempt };

    public static AskOutcome Found(string provider, IMessage record, params uint[] withheld) => new()
    {
        Status = AnswerStatus.Found,
        Provider = provider,
        Record = record.ToByteString(),
        Withheld = withheld,
        Freshness = new Freshness { AsOfUnixMs = 1_780_000_000_000, SourceRevision = "r1" },
        Receipts = [Receipt],
    };

    public static AskOutcome Answered(string provider, AnswerStatus status) => new() { Status = status, Provider = provider, Receipts = [Receipt] };

    public static Asked<IncomeStatement> OfTax(AskOutcome outcome) =>
        new("4711", "total income", DataSetCatalogue.Income, "tax", new JobAnswer<IncomeStatement>(outcome, DataSetCatalogue.Income, "tax"));

    public static Asked<Payments> OfPension(AskOutcome outcome) =>
        new("4711", "pension on top of total income", DataSetCatalogue.Payments, "pension", new JobAnswer<Payments>(outcome, DataSetCatalogue.Payments, "pension"));

    public static Asked<ResidentTax> OfTown(AskOutcome outcome) => OfTown(new JobAnswer<ResidentTax>(outcome, DataSetCatalogue.ResidentTax, Where), Where);

    public static Asked<ResidentTax> OfTown(JobAnswer<ResidentTax> answer, string of) => new("4711", "resident tax", DataSetCatalogue.ResidentTax, of, answer);
}
