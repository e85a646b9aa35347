using System.CommandLine;
using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands.Protection;

/// <summary>Questions about people at risk: what waits, and an official's word on it.</summary>
static class ApprovalsCommand
{
    static readonly string[] columns = ["id", "asked", "requester", "task", "data_set", "person", "official", "case", "question", "times", "resolves", "state", "approved_by"];

    public static Command Create()
    {
        var command = new Command("approvals", "Decide on questions of others about people at risk, by the running adapter. For a caller with may_approve.");
        command.Add(List());
        command.Add(Decide("approve", "Have the question answered for some days. Where two officials are needed it counts once both have approved, each another by another caller.", approves: true));
        command.Add(Decide("decline", "Have it answered as if nobody were known, also what was approved before.", approves: false));
        return command;
    }

    static Command List()
    {
        var calling = new CallArguments();
        var command = new Command("list", "Show what waits for a decision, oldest first.");
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var waiting = await new ProtectionService.ProtectionServiceClient(channel).ListApprovalsAsync(new ListApprovalsRequest(), options).ResponseAsync.ConfigureAwait(false);
            Write(waiting.Approvals);
            if (waiting.Approvals.Count == 0)
                Console.Out.WriteLine("Nothing waits for a decision.");
            else if (waiting.OfficialsNeeded > 1)
                Console.Out.WriteLine("Two officials must approve each, by two callers.");
        }, stop));
        return command;
    }

    static Command Decide(string name, string description, bool approves)
    {
        var calling = new CallArguments();
        var id = new Option<long>("--id") { Description = "Of 'approvals list'.", Required = true };
        var official = new Option<string>("--official") { Description = "Who decides, as this agency names them.", Required = true };
        var command = new Command(name, description) { id, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var decided = await new ProtectionService.ProtectionServiceClient(channel).DecideAsync(new DecideRequest { Id = (ulong)parsed.GetValue(id), Approve = approves, Official = parsed.GetRequiredValue(official) }, options).ResponseAsync.ConfigureAwait(false);
            Write([decided]);
            if (decided.GoodUntil is { } until)
                Console.Out.WriteLine($"{decided.Requester} is answered until {AnswerScreen.Japan(until)}, when it asks again.");
            else if (decided.State == "OPEN")
                Console.Out.WriteLine("One more official must approve, another by another caller.");
        }, stop));
        return command;
    }

    static void Write(IEnumerable<Approval> approvals)
    {
        var rows = new RowWriter(Console.Out, RowFormat.Table, columns);
        foreach (var one in approvals)
            rows.Write(
            [
                one.Id.ToString(CultureInfo.InvariantCulture), AnswerScreen.Japan(one.Asked), one.Requester, one.Task, one.DataSet, one.Person, one.Official, one.CaseId, one.Question,
                one.TimesAsked.ToString(CultureInfo.InvariantCulture), AnswerScreen.Japan(one.Resolves), one.State, string.Join(' ', one.ApprovedBy),
            ]);
        rows.Finish();
    }
}
