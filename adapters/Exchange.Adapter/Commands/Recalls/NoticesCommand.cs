using System.CommandLine;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Journals;
using Exchange.Hosting.Commands;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Commands.Recalls;

/// <summary>What others have to take back or correct of what they told this agency.</summary>
static class NoticesCommand
{
    static readonly string[] columns =
        ["id", "sent", "sender", "data_set", "kind", "state", "person", "official", "case", "task", "asked", "request_id", "acknowledged", "acknowledged_by", "closed", "note"];

    public static Command Create()
    {
        var command = new Command("notices", "Show what other agencies take back or correct of what they told this one, with the people, officials and cases here that it concerns, by the running adapter. For a caller with may_recall.");
        command.Add(List());
        command.Add(Acknowledge());
        return command;
    }

    static Command List()
    {
        var calling = new CallArguments();
        var id = new Option<string?>("--id") { Description = "Show this one.", HelpName = "ID" };
        var open = new Option<bool>("--open") { Description = "Only those that nobody has acknowledged." };
        var formatted = JournalCommand.Format();
        var command = new Command("list", "Show notices, the newest first, a line for each lookup that they concern.") { id, open, formatted };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var request = new ListNoticesRequest { Id = parsed.GetValue(id) ?? "", Open = parsed.GetValue(open) };
            var all = new List<ReceivedNotice>();
            ListNoticesResponse found;
            do
            {
                found = await new RecallService.RecallServiceClient(channel).ListNoticesAsync(request, options.WithDeadline(RunningAdapter.Deadline)).ResponseAsync.ConfigureAwait(false);
                all.AddRange(found.Notices);
                request.OlderThan = all.Count > 0 ? all[^1].Id : "";
            }
            while (found.More);
            Write(all, JournalCommand.Format(parsed, formatted));
        }, stop));
        return command;
    }

    static Command Acknowledge()
    {
        var calling = new CallArguments();
        var id = new Option<string>("--id") { Description = "Of 'notices list'.", Required = true, HelpName = "ID" };
        var official = new Option<string>("--official") { Description = "Who has seen to it, as this agency names them; the sender hears the name.", Required = true };
        var command = new Command("acknowledge", "Say that an official has seen to it: what was decided on what was told is being looked at. The sender hears who and when.") { id, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) => Write([await new RecallService.RecallServiceClient(channel).AcknowledgeNoticeAsync(
            new AcknowledgeNoticeRequest { Id = parsed.GetRequiredValue(id), Official = parsed.GetRequiredValue(official) }, options).ResponseAsync.ConfigureAwait(false)], RowFormat.Table), stop));
        return command;
    }

    static void Write(List<ReceivedNotice> notices, RowFormat format)
    {
        var rows = new RowWriter(Console.Out, format, columns);
        foreach (var one in notices)
            foreach (var lookup in one.Lookups)
                rows.Write(
                [
                    one.Id, Time(one.Sent), one.Sender, one.DataSet, one.Kind, one.State, lookup.Person.Length > 0 ? lookup.Person : lookup.Unreadable ? "(does not open)" : "(not in the journal)", lookup.Official, lookup.CaseId, lookup.Task,
                    Time(lookup.Time), lookup.RequestId, Time(one.Acknowledged), one.AcknowledgedBy, Time(one.Closed), one.Note,
                ]);
        rows.Finish();
        if (notices.Count == 0 && format == RowFormat.Table)
            Console.Out.WriteLine("There are no notices.");
    }

    static string Time(Timestamp? time) => time is null ? "" : AnswerScreen.Japan(time);
}
