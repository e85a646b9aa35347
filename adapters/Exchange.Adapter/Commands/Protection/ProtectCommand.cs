using System.CommandLine;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Protection;
using Exchange.Hosting.Commands;
using Google.Protobuf.Collections;

namespace Exchange.Adapter.Commands.Protection;

/// <summary>Marks a person at risk, takes the marks away, or lists who is marked.</summary>
static class ProtectCommand
{
    static readonly string[] columns = ["person", "needs_approval", "hides_history", "changed", "official", "enrolled", "lift_asked"];

    public static Command Create()
    {
        var command = new Command("protect", "Mark people at risk, by the running adapter: questions about them are answered after an official's approval alone, or they are not shown who asked. For a caller with may_protect.");
        command.Add(Mark());
        command.Add(Lift());
        command.Add(List());
        command.Add(Accept());
        return command;
    }

    static Command Mark()
    {
        var calling = new CallArguments();
        var (person, official) = (Person(), Official());
        var needsApproval = new Option<bool>("--needs-approval") { Description = "No question is answered unless an official approves." };
        var hidesHistory = new Option<bool>("--hides-history") { Description = "Who asked is not shown to the person as a citizen: whoever has their password would see where they are known." };
        var command = new Command("mark", "Mark a person, beside what marks they have. What earlier answers opened to others ends at once, and so do approvals.") { person, official, needsApproval, hidesHistory };
        calling.AddTo(command);
        command.Check(parsed =>
        {
            if (!parsed.GetValue(needsApproval) && !parsed.GetValue(hidesHistory))
                parsed.AddError("Give --needs-approval, --hides-history or both; 'protect lift' takes marks away.");
        });
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) => Write([await new ProtectionService.ProtectionServiceClient(channel).ProtectAsync(new ProtectRequest
        {
            Person = parsed.GetRequiredValue(person),
            Official = parsed.GetRequiredValue(official),
            NeedsApproval = parsed.GetValue(needsApproval),
            HidesHistory = parsed.GetValue(hidesHistory),
        }, options).ResponseAsync.ConfigureAwait(false)]), stop));
        return command;
    }

    static Command Lift()
    {
        var calling = new CallArguments();
        var (person, official) = (Person(), Official());
        var command = new Command("lift", "Take a person's marks away. Where two officials decide, the first asks for it and the second, another by another caller, does it.") { person, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var lifted = await new ProtectionService.ProtectionServiceClient(channel).LiftAsync(new LiftRequest { Person = parsed.GetRequiredValue(person), Official = parsed.GetRequiredValue(official) }, options).ResponseAsync.ConfigureAwait(false);
            Console.Out.WriteLine(lifted.LiftAsked ? "One more official, another by another caller, must take the marks away." : "The person has no marks any more.");
        }, stop));
        return command;
    }

    static Command Accept()
    {
        var config = ConfigOption.Create();
        var command = new Command("accept", "Take the store of people at risk (protection.db) as it is for the newest there is, where no newer copy is left. Mark everybody again before the adapter serves.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var adapter = AdapterOptions.Read(parsed.GetRequiredValue(config), "exchange");
            using var keys = AgencyKeys.Read(adapter.Keys);
            using var people = People.Open(adapter.PeopleFile, keys.ClosingId, adapter.Epoch, TimeProvider.System);
            using var database = new ProtectionDatabase(adapter.ProtectionFile, keys, TimeProvider.System);
            ProtectedPeople.Accept(database, people);
            Console.Out.WriteLine("The store is taken as it is. 'serve', then 'protect list' shows who is marked; mark everybody else again.");
            return Outcome.Done;
        }));
        return command;
    }

    static Command List()
    {
        var calling = new CallArguments();
        var command = new Command("list", "Show who is marked.");
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
            Write((await new ProtectionService.ProtectionServiceClient(channel).ListProtectedAsync(new ListProtectedRequest(), options).ResponseAsync.ConfigureAwait(false)).People), stop));
        return command;
    }

    static void Write(RepeatedField<ProtectedPerson> people)
    {
        var rows = new RowWriter(Console.Out, RowFormat.Table, columns);
        foreach (var one in people)
            rows.Write([one.Person, one.NeedsApproval ? "yes" : "no", one.HidesHistory ? "yes" : "no", one.Since is null ? "" : AnswerScreen.Japan(one.Since), one.Official, one.Enrolled ? "yes" : "not yet", one.LiftAsked ? "by one of two" : ""]);
        rows.Finish();
        if (people.Count == 0)
            Console.Out.WriteLine("Nobody is marked.");
    }

    static Option<string> Person() => new("--person") { Description = "This agency's own key of the person.", Required = true, HelpName = "KEY" };

    static Option<string> Official() => new("--official") { Description = "Who decides it, as this agency names them.", Required = true };
}
