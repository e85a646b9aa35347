using System.CommandLine;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Journals;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Recalls;
using Exchange.Hosting.Commands;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Commands.Recalls;

/// <summary>Takes back what was told because a number led to the wrong record, or asks others to ask again because values were revised.</summary>
static class RecallCommand
{
    static readonly string[] columns =
        ["id", "kind", "state", "person", "begun", "official", "agency", "data_set", "lookups", "first", "last", "notice", "received", "acknowledged", "acknowledged_by", "reason", "closing", "closed", "closed_by"];

    public static Command Create()
    {
        var command = new Command("recall", "Take back what was told because a number led to the wrong record, or have values that were revised asked for again, by the running adapter. For a caller with may_recall.");
        command.Add(Begin());
        command.Add(Correct());
        command.Add(List());
        command.Add(Close());
        command.Add(Accept());
        return command;
    }

    static Command Begin()
    {
        var calling = new CallArguments();
        var (person, note, official) = (Person(), Note(required: false), Official());
        var command = new Command("begin", "Tell nobody anything of this person from now on, and send a notice to every agency that was told something.") { person, note, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) => Write(await new RecallService.RecallServiceClient(channel).BeginAsync(
            new BeginRequest { Person = parsed.GetRequiredValue(person), Note = parsed.GetValue(note) ?? "", Official = parsed.GetRequiredValue(official) }, options).ResponseAsync.ConfigureAwait(false)), stop));
        return command;
    }

    static Command Correct()
    {
        var calling = new CallArguments();
        var (person, note, official) = (Person(), Note(required: true), Official());
        var dataSet = new Option<string>("--data-set") { Description = "Whose values were revised, such as tax.income.v1.", Required = true, HelpName = "ID" };
        var command = new Command("correct", "Send a notice to every agency that was told values which were revised since: it is to ask again. The person is answered about as before.") { person, dataSet, note, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) => Write(await new RecallService.RecallServiceClient(channel).CorrectAsync(new CorrectRequest
        {
            Person = parsed.GetRequiredValue(person),
            DataSet = parsed.GetRequiredValue(dataSet),
            Note = parsed.GetRequiredValue(note) ?? "",
            Official = parsed.GetRequiredValue(official),
        }, options).ResponseAsync.ConfigureAwait(false)), stop));
        return command;
    }

    static Command List()
    {
        var calling = new CallArguments();
        var id = new Option<string?>("--id") { Description = "Show this one, and how things stand.", HelpName = "ID" };
        var open = new Option<bool>("--open") { Description = "Only recalls that are under way." };
        var formatted = JournalCommand.Format();
        var command = new Command("list", "Show recalls and corrections, the newest first: who was told, and how far each notice is.") { id, open, formatted };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var request = new ListRecallsRequest { Id = parsed.GetValue(id) ?? "", Open = parsed.GetValue(open) };
            var all = new List<Recall>();
            ListRecallsResponse found;
            do
            {
                found = await new RecallService.RecallServiceClient(channel).ListRecallsAsync(request, options.WithDeadline(RunningAdapter.Deadline)).ResponseAsync.ConfigureAwait(false);
                all.AddRange(found.Recalls);
                request.OlderThan = all.Count > 0 ? all[^1].Id : "";
            }
            while (found.More);
            Write(all, JournalCommand.Format(parsed, formatted));
        }, stop));
        return command;
    }

    static Command Close()
    {
        var calling = new CallArguments();
        var id = new Option<string>("--id") { Description = "Of 'recall list'.", Required = true, HelpName = "ID" };
        var official = Official();
        var command = new Command("close", "The number leads to the right record again: answer about the person, and tell everybody who had a notice. Possible before all have acknowledged.") { id, official };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) => Write(await new RecallService.RecallServiceClient(channel).CloseAsync(
            new CloseRequest { Id = parsed.GetRequiredValue(id), Official = parsed.GetRequiredValue(official) }, options).ResponseAsync.ConfigureAwait(false)), stop));
        return command;
    }

    static Command Accept()
    {
        var config = ConfigOption.Create();
        var command = new Command("accept", "Take the store of recalls (mail.db) as it is for the newest there is, where no newer copy is left. Begin anew what was under way as soon as the adapter serves.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            var adapter = AdapterOptions.Read(parsed.GetRequiredValue(config), "exchange");
            using var keys = AgencyKeys.Read(adapter.Keys);
            using var people = People.Open(adapter.PeopleFile, keys.ClosingId, adapter.Epoch, TimeProvider.System);
            RecallBook.Accept(people);
            Console.Out.WriteLine("The store is taken as it is. 'serve', then 'recall list' shows the recalls it has; begin anew what else was under way.");
            return Outcome.Done;
        }));
        return command;
    }

    static void Write(Recall recall) => Write([recall], RowFormat.Table);

    static void Write(List<Recall> recalls, RowFormat format)
    {
        var rows = new RowWriter(Console.Out, format, format == RowFormat.Table ? columns : [.. columns, "request_ids"]);
        foreach (var one in recalls)
        {
            var notices = one.Notices.Where(notice => !notice.Closing).ToList();
            foreach (var notice in notices.Count > 0 ? notices : [new SentNotice()])
            {
                var closing = one.Notices.FirstOrDefault(closing => closing.Closing && closing.Agency == notice.Agency && closing.DataSet == notice.DataSet);
                string[] row =
                [
                    one.Id, one.Kind, one.State, one.Person, Time(one.Begun), one.Official, notice.Agency, notice.DataSet, $"{notice.Told.Count}",
                    Time(notice.Told.FirstOrDefault()?.Time), Time(notice.Told.LastOrDefault()?.Time), notice.State, Time(notice.Received), Time(notice.Acknowledged), notice.AcknowledgedBy, notice.Reason,
                    closing?.State ?? "", Time(one.Closed), one.ClosedBy,
                ];
                rows.Write(format == RowFormat.Table ? row : [.. row, string.Join(' ', notice.Told.Select(told => told.RequestId))]);
            }
        }
        rows.Finish();
        if (format != RowFormat.Table)
            return;
        if (recalls.Count == 0)
            Console.Out.WriteLine("There are no recalls.");
        if (recalls is [var only])
            Console.Out.WriteLine(only.Message);
    }

    static string Time(Timestamp? time) => time is null ? "" : AnswerScreen.Japan(time);

    static Option<string> Person() => new("--person") { Description = "This agency's own key of the person.", Required = true, HelpName = "KEY" };

    static Option<string?> Note(bool required) => new("--note") { Description = "What the others should know, at most 300 characters; nothing about a person.", Required = required, HelpName = "TEXT" };

    static Option<string> Official() => new("--official") { Description = "Who decides it, as this agency names them.", Required = true };
}
