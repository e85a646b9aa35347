using Google.Protobuf.Reflection;
using Records.History.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Protocol.DataSets;

/// <summary>The question and record messages of <c>records/</c> that this version knows.</summary>
public static class RecordTypes
{
    public static IReadOnlyList<FileDescriptor> Files { get; } =
    [
        IncomeReflection.Descriptor, EmploymentReflection.Descriptor, PaymentsReflection.Descriptor, EnrolmentReflection.Descriptor,
        ResidentTaxReflection.Descriptor, HouseholdReflection.Descriptor, BenefitsReflection.Descriptor, HistoryReflection.Descriptor,
    ];

    /// <summary>All messages, also for <c>google.protobuf.Any</c> in JSON.</summary>
    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(Files);

    /// <param name="fullName">Such as <c>records.tax.v1.IncomeStatement</c>.</param>
    public static MessageDescriptor? Find(string fullName) => Registry.Find(fullName);
}
