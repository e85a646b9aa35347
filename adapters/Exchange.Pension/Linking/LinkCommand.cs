using System.CommandLine;
using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Commands.Lists;
using Google.Protobuf.Reflection;

namespace Exchange.Pension.Linking;

/// <summary>Has a list of insured persons linked by the running adapter.</summary>
static class LinkCommand
{
    public static Command Create()
    {
        var on = new Option<string>("--on") { Description = "The day as of which households are compared, such as 2026-01-01; without it, today.", DefaultValueFactory = _ => "", HelpName = "DAY" };
        var year = new Option<int>("--year") { Description = "Year of the employment statements; without it, the calendar year before that day." };
        return ListCommand.Create(new ListJob<LinkingItem, LinkingResult>(
            "link", "Link a list of insured persons with households and employment statements, and write a report.",
            ["municipality", "household_size", "employers"], NotKnown: "FAILED")
        {
            Options = [on, year],
            Call = (channel, options) => new LinkingService.LinkingServiceClient(channel).Link(options),
            Purpose = (parsed, asking) => new LinkingItem
            {
                Purpose = new LinkingPurpose { On = parsed.GetRequiredValue(on), Year = parsed.GetValue(year), Official = asking.Official, CaseId = asking.CaseId, MaxAge = asking.MaxAge },
            },
            Item = (id, person) => new LinkingItem { Id = id, Person = person },
            Read = Read,
        });
    }

    static ListResult Read(LinkingResult result) => new(
        result.Id, ListResult.NameOf(LinkingReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(LinkingOutcome)), (int)result.Outcome),
        [result.Municipality, Known(result.HouseholdSize), Known(result.Employers)],
        result.Findings, result.Receipts, result.Sources);

    static string Known(int figure) => figure == 0 ? "" : figure.ToString(CultureInfo.InvariantCulture);
}
