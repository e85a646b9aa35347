using System.CommandLine;
using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Commands.Lists;
using Google.Protobuf.Reflection;

namespace Exchange.Tax.Assessment;

/// <summary>Has the statements of a list of people assessed by the running adapter.</summary>
static class AssessCommand
{
    public static Command Create()
    {
        var year = new Option<int>("--year") { Description = "Tax year; without it, the calendar year before." };
        return ListCommand.Create(new ListJob<AssessmentItem, AssessmentResult>(
            "assess", "Hold the income statements of a list of people against pension payments and households, and write a report.",
            ["declared_income", "declared_dependants", "pension_paid", "pension_tax_withheld", "household_members"], NotKnown: "INCOMPLETE")
        {
            Options = [year],
            Call = (channel, options) => new AssessmentService.AssessmentServiceClient(channel).Assess(options),
            Purpose = (parsed, asking) => new AssessmentItem
            {
                Purpose = new AssessmentPurpose { Year = parsed.GetValue(year), Official = asking.Official, CaseId = asking.CaseId, MaxAge = asking.MaxAge },
            },
            Item = (id, person) => new AssessmentItem { Id = id, Person = person },
            Read = Read,
        });
    }

    static ListResult Read(AssessmentResult result) => new(
        result.Id, ListResult.NameOf(AssessmentReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(AssessmentOutcome)), (int)result.Outcome),
        [
            Figure(result.HasDeclaredIncome, result.DeclaredIncome), Figure(result.HasDeclaredDependants, result.DeclaredDependants),
            Figure(result.HasPensionPaid, result.PensionPaid), Figure(result.HasPensionTaxWithheld, result.PensionTaxWithheld),
            Figure(result.HasHouseholdMembers, result.HouseholdMembers),
        ],
        result.Findings, result.Receipts, result.Sources);

    static string Figure(bool isKnown, long figure) => isKnown ? figure.ToString(CultureInfo.InvariantCulture) : "";
}
