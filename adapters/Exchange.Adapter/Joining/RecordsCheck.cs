using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Contracts;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Calendar;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Spectre.Console;

namespace Exchange.Adapter.Joining;

/// <summary>Shows a few records as others would be told them, and holds many to their contract, before anybody is enrolled.</summary>
sealed class RecordsCheck(AgencyKind kind, JoiningFolder folder, Interview ask, TimeProvider time)
{
    const int Shown = 5, Tested = 1000;

    /// <exception cref="InterviewException">They are not what the agency's own system shows.</exception>
    public async Task Run(CancellationToken stop)
    {
        await using var data = MappingFile.Read(folder.Sources, DataSetCatalogue.OfKind(kind.Name), new SourceSettings { Time = time });
        foreach (var source in data.Sources.Values)
        {
            var questions = TriedQuestions.Usual(source.Contract, LegalDay.Today(time));
            if (await ShowRows(source, data.People!, questions, stop).ConfigureAwait(false)
                && !ask.Confirm(source.Contract.Id + ".rows", "Does your own system show the same, for the same people?", suggestion: true))
                throw new InterviewException($"Stopped; nobody has been enrolled. Mend the export or the columns in {folder.Sources}, and run the same command again.");
            var broken = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var counts = await new ContractTest(source, questions).Run(data.People!, Tested, row =>
            {
                lock (broken)
                    broken[row.Breach.What] = broken.GetValueOrDefault(row.Breach.What) + 1;
            }, stop).ConfigureAwait(false);
            ask.Say($"{source.Contract.Id}: {counts.Records} records of {counts.PeopleWithRecord} of {counts.People} people looked at{(counts.People == Tested ? ", the first of the list" : "")}; {counts.Broken} break the contract.");
            foreach (var (what, rows) in broken)
                ask.Say($"  {rows} rows: {what}");
            if (counts.PeopleWithRecord == 0)
                ask.Say("  Nobody has a record. Is the key column the same key as in the list of residents?");
            if (counts.PeopleWithRecord == 0 && !ask.Confirm(source.Contract.Id + ".nobody", "Go on all the same, and answer everybody who asks that there is no record?", suggestion: false))
                throw new InterviewException($"Stopped; nobody has been enrolled. Run the same command again, say that {folder.Sources} is not to be kept, and choose another key.");
            if (broken.Count > 0 || counts.PeopleWithRecord == 0)
                ask.Say($"  Mend the export or sources.yaml, and run contract-test --sources {folder.Sources} --report FILE, before you serve.");
        }
    }

    /// <returns>Whether there was any.</returns>
    async Task<bool> ShowRows(IRecordSource source, IPeople people, IReadOnlyList<IMessage> questions, CancellationToken stop)
    {
        var names = source.Contract.FieldNames.ToList();
        var rows = new List<IReadOnlyList<string>>();
        var looked = 0;
        await foreach (var person in people.Read(_ => { }, stop).ConfigureAwait(false))
        {
            if (++looked > Tested)
                break;
            foreach (var question in questions)
                try
                {
                    if (rows.Count < Shown && await source.Find(person.Key, question, stop).ConfigureAwait(false) is { } record)
                        rows.Add([person.Key, .. RecordCells.Of(source.Contract.Record, record.Record)]);
                }
                catch (SourceException)
                {
                    // Counted by the test that follows.
                }
            if (rows.Count == Shown)
                break;
        }
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{source.Contract.Id}: {rows.Count} of your rows, as others would be told them") };
        // A line for each field: the names of many would not fit beside each other.
        table.AddColumn("person");
        foreach (var row in rows)
            table.AddColumn(Markup.Escape(row[0]));
        foreach (var (index, name) in names.Index().Where(name => rows.Any(row => row[name.Index + 1].Length > 0)))
            table.AddRow([Markup.Escape(name), .. rows.Select(row => Markup.Escape(row[index + 1]))]);
        if (rows.Count > 0)
            ask.Show(table);
        return rows.Count > 0;
    }
}
