using System.CommandLine;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Journals;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>Lookups that wait, and what became of them.</summary>
static class LettersCommand
{
    static readonly string[] columns = ["id", "submitted", "expires", "provider", "task", "data_set", "person", "official", "case", "state", "outcome"];

    public static Command Create()
    {
        var command = new Command("letters", "Show lookups that were left to wait with 'ask --wait', and what became of them, by the running adapter. Each caller has its own.");
        command.Add(List());
        command.Add(Forget());
        return command;
    }

    static Command List()
    {
        var calling = new CallArguments();
        var id = new Option<string?>("--id") { Description = "Show this one, with its answer.", HelpName = "ID" };
        var settled = new Option<bool>("--settled") { Description = "Only those that have an end." };
        var formatted = JournalCommand.Format();
        var command = new Command("list", "Show letters, oldest first; of one, its answer.") { id, settled, formatted };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var format = JournalCommand.Format(parsed, formatted);
            var request = new CollectRequest { Id = parsed.GetValue(id) ?? "", Settled = parsed.GetValue(settled) };
            var found = await new LetterService.LetterServiceClient(channel).CollectAsync(request, options).ResponseAsync.ConfigureAwait(false);
            if (request.Id.Length > 0 && format == RowFormat.Table && found.Letters is [{ Answer: { } answer } letter])
            {
                AnswerScreen.Write(Console.Out, Told(letter, answer));
                return;
            }
            var rows = new RowWriter(Console.Out, format, columns);
            foreach (var one in found.Letters)
                rows.Write([one.Id, AnswerScreen.Japan(one.Submitted), AnswerScreen.Japan(one.Expires), one.Provider, one.Task, one.DataSet, one.Person, one.Official, one.CaseId, one.State, Outcome(one)]);
            rows.Finish();
            if (found.Letters.Count == 0 && format == RowFormat.Table)
                Console.Out.WriteLine("There are no letters.");
            if (found.More && format == RowFormat.Table)
                Console.Out.WriteLine("There are more, and newer ones. --settled shows those that have an end; they make room when they are forgotten.");
            if (found.Letters is [{ Message.Length: > 0 } refused] && request.Id.Length > 0 && format == RowFormat.Table)
                Console.Out.WriteLine($"{refused.Message} {refused.Remedy}");
        }, stop));
        return command;
    }

    static Command Forget()
    {
        var calling = new CallArguments();
        var ids = new Option<string[]>("--id") { Description = "Of 'letters list'. Several times: several.", Required = true, HelpName = "ID" };
        var command = new Command("forget", "Let go of letters that have an end; those that wait stay.") { ids };
        calling.AddTo(command);
        command.SetAction((parsed, stop) => RunningAdapter.Call(calling, parsed, async (channel, options) =>
        {
            var response = await new LetterService.LetterServiceClient(channel).ForgetAsync(new ForgetRequest { Ids = { parsed.GetRequiredValue(ids) } }, options).ResponseAsync.ConfigureAwait(false);
            Console.Out.WriteLine($"{Counted.Of((int)response.Forgotten, "letter")} let go of.");
        }, stop));
        return command;
    }

    static ToldAnswer Told(Letter letter, LookupResponse answer)
    {
        var dataSet = DataSetCatalogue.All.FirstOrDefault(one => one.Id == letter.DataSet);
        return ToldAnswer.Of(answer, answer.Record is { } any ? dataSet?.Record.Parser.ParseFrom(any.Value) : null, [letter.Id], namesIdentity: answer.IdentityChecked);
    }

    static string Outcome(Letter letter) => letter.Answer is { } answer ? ToldAnswer.Name(answer.Status) : letter.Reason;
}
