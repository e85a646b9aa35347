using System.Security.Cryptography;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Records.Tax.V1;

namespace Exchange.Benchmarks.Samples;

/// <summary>The one lookup that is measured: a town asks the tax agency what a resident earned. As large as those of the load generator.</summary>
static class IncomeLookup
{
    public const string Task = "benefit-eligibility", DataSet = "tax.income.v1", Official = "hammer", Case = "load", Person = "R000001234";

    /// <summary>64 hexadecimal digits, as a policy version has.</summary>
    public const string PolicyVersion = "857276a75548e3b21157c06f12a78d371adddac14726da70b6a405e0a045bec2";

    public static LookupTarget Target { get; } = new(Task, DataSet, 1);

    public static int DeclaredSize { get; } = DataSetCatalogue.Income.DeclaredSize;

    /// <summary>Field numbers that are granted.</summary>
    public static uint[] Fields { get; } = [1, 2, 3, 4, 5, 11, 12, 13];

    public static Question Question() => new() { Query = new IncomeQuestion { Year = 2025 }.ToByteString(), Official = Official, CaseId = Case };

    public static Answer Answer() => new()
    {
        Record = new IncomeStatement
        {
            Year = 2025,
            AssessmentState = AssessmentState.Assessed,
            TotalIncome = 4_321_000,
            TaxableIncome = 2_987_000,
            TotalDeductions = 1_334_000,
            Dependants = 2,
            MunicipalIncomeLevy = 179_200,
            PrefecturalIncomeLevy = 119_400,
        }.ToByteString(),
        Freshness = new Freshness { AsOfUnixMs = 1_790_000_000_000 },
    };

    public static Grant Grant() => new()
    {
        DecisionId = Bytes(16),
        PolicyVersion = PolicyVersion,
        Fields = { Fields },
        LegalBasis = "Number Act, art. 19 (8)",
        ProviderEpoch = 1,
    };

    public static Receipt Receipt(ulong index) => new() { Log = "hub-1", Index = index, LeafHash = Bytes(32), RequestId = Bytes(16), Entry = Entry().ToByteString() };

    /// <summary>What the hub writes down of it.</summary>
    public static AuditEntry Entry() => new()
    {
        TimeUnixMs = 1_790_000_000_000,
        Lookup = new LookupEvent
        {
            RequestId = Bytes(16),
            Requester = Parties.Town,
            Provider = Parties.Tax,
            Task = Task,
            DataSet = DataSet,
            Kind = LookupKind.Warm,
            Outcome = AuditOutcome.Answered,
            PolicyVersion = PolicyVersion,
            Fields = { Fields },
            QuestionCommitment = Bytes(32),
            AnswerCommitment = Bytes(32),
        },
    };

    public static ByteString Bytes(int length) => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(length));
}
