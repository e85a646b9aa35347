using System.Data.Common;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identifiers;
using Google.Protobuf.Reflection;
using Spectre.Console;

namespace Exchange.Adapter.Joining;

/// <summary>Asks where an agency's records are and which of its columns is which field, and suggests what it finds by itself.</summary>
sealed class RecordsInterview(AgencyKind kind, JoiningFolder folder, Interview ask)
{
    /// <summary>Of words whose meaning is asked one by one; with more of them it is the wrong column.</summary>
    const int MostUnknown = 12;

    const int NumbersLooked = 40;

    /// <exception cref="InterviewException">They cannot be read, or something has to be mended first.</exception>
    public RecordsDraft Ask()
    {
        var place = Place();
        foreach (var unusable in place.Unusable)
            ask.Say($"Passed over: {unusable}");
        if (place.Tables.Count == 0)
            throw new InterviewException("There is no table in what you named; of files, those whose names end with .csv are looked at. Run the same command again, and name another place.");
        FoundTable Named(string name) => place.Tables.First(table => Short(table) == name);
        string? IsTable(string name) => place.Tables.Any(table => Short(table) == name) ? null : $"there is no '{name}'; there are {string.Join(", ", place.Tables.Select(Short))}";

        var likely = place.Tables.FirstOrDefault(table => ColumnNames.Find(ColumnNames.Key, table.Columns) is not null && ColumnNames.Find(ColumnNames.Number, table.Columns) is not null);
        var people = Named(ask.Ask("people", "Where are the residents and their numbers?", likely is null ? null : Short(likely), IsTable));
        string? IsColumn(string name) => people.Columns.Contains(name) ? null : $"there is no column '{name}'; there are {string.Join(", ", people.Columns)}";
        var key = ask.Ask("people.key", "Which column is your own key of a person?", ColumnNames.Find(ColumnNames.Key, people.Columns), IsColumn);
        var number = ask.Ask("people.number", "Which column is the individual number?", ColumnNames.Find(ColumnNames.Number, people.Columns), name => IsColumn(name) ?? NoNumbers(people, name));

        var drafts = new List<DataSetDraft>();
        foreach (var contract in DataSetCatalogue.OfKind(kind.Name))
            if (DataSet(contract, place, Named, IsTable) is { } draft)
                drafts.Add(draft);
        var moves = place.Tables.Select(ResidencesDraft.Of).FirstOrDefault(found => found is not null);
        var residences = ask.Ask("residences", "Where is the record of moves, which says in which municipality somebody lived? Leave it empty when there is none.", moves is null ? "" : Short(moves.Table), text => text.Length == 0 ? null : IsTable(text));
        return new RecordsDraft(people, key, number, drafts, residences.Length == 0 ? null : ResidencesDraft.Of(Named(residences)));
    }

    /// <summary>Half of them may be mistyped; with fewer it is another column.</summary>
    static string? NoNumbers(FoundTable people, string column)
    {
        var values = people.Values(column, NumbersLooked);
        var right = values.Count(value => Identifier.TryParse(IdentifierType.MyNumber, value.Trim(), out _, out _));
        return values.Count == 0 || 2 * right >= values.Count ? null : $"of the first {values.Count} values of '{column}' only {right} are individual numbers, 12 digits of which the last is the check digit";
    }

    DataSetDraft? DataSet(DataSetContract contract, FoundPlace place, Func<string, FoundTable> named, Func<string, string?> isTable)
    {
        var likely = place.Tables.Select(table => DataSetDraft.Of(contract, table, out _)).OfType<DataSetDraft>().Where(draft => draft.Fields.Count > 1).MaxBy(draft => draft.Fields.Count);
        var answer = ask.Ask(contract.Id, $"Where is {contract.Id} ({contract.Title})? Leave it empty when this agency does not provide it.", likely is null ? "" : Short(likely.Table), text => text.Length == 0 ? null : isTable(text));
        if (answer.Length == 0)
            return null;
        var table = named(answer);
        var draft = DataSetDraft.Of(contract, table, out var why);
        if (draft is null)
            ask.Say($"{why}.");
        else
            ask.Show(Picture(draft));
        if (draft is not null && ask.Confirm(contract.Id + ".right", "Is that right?", suggestion: true))
            return Mended(draft);
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in ((string[])[ColumnNames.Key, .. contract.Question.Fields.InDeclarationOrder().Select(one => one.Name), .. contract.Record.Fields.InFieldNumberOrder().Where(CellConversion.Supports).Select(one => one.Name)]).Distinct())
            chosen[field] = ask.Ask($"{contract.Id}.{field}", $"Which column is {field}? Leave it empty when there is none.", ColumnNames.Find(field, table.Columns) ?? "", text => text.Length == 0 || table.Columns.Contains(text) ? null : $"there is no column '{text}'; there are {string.Join(", ", table.Columns)}");
        draft = DataSetDraft.Of(contract, table, out why, chosen) ?? throw new InterviewException($"{why}.");
        ask.Show(Picture(draft));
        if (!ask.Confirm(contract.Id + ".chosen.right", "Is that right?", suggestion: true))
            throw new InterviewException("Stopped, and nothing of it was written. Run the same command again and choose otherwise; what was answered is suggested then.");
        return Mended(draft);
    }

    /// <summary>What has to be looked at is asked, so that nothing is written that cannot be read.</summary>
    DataSetDraft Mended(DataSetDraft draft)
    {
        var mended = draft with { Fields = [.. draft.Fields.Select(field => field.Trouble is null ? field : Mended(draft, field)).OfType<DraftField>()] };
        return mended.Fields.Count > 0 ? mended : throw new InterviewException($"No column is left for {draft.Contract.Id}, so there would be nothing to tell. When the export is mended, run the same command again; or say then that this agency does not provide it.");
    }

    DraftField? Mended(DataSetDraft draft, DraftField field)
    {
        var name = $"{draft.Contract.Id}.{field.Field}";
        var enumeration = draft.Contract.Record.FindFieldByName(field.Field) is { FieldType: FieldType.Enum } one ? one.EnumType : null;
        if (enumeration is not null)
        {
            string[] meanings = [.. EnumNames.Short(enumeration).Skip(1)];
            if (draft.Table.Values(field.Column, DraftField.MostWords).Count(word => ColumnNames.Meaning(word, meanings) is null) is var unknown and > MostUnknown)
                throw new InterviewException($"Column {field.Column} holds {unknown} or more words of which none is known to mean {string.Join(", ", meanings)}. Is it the right column for {field.Field}? Run the same command again, say that the mapping is not right, and choose another or none.");
            if (draft.Table.Values(field.Column, DraftField.MostWords + 1).Count > DraftField.MostWords)
                throw new InterviewException($"Column {field.Column} holds more than {DraftField.MostWords} different words. Is it the right column for {field.Field}? Run the same command again, say that the mapping is not right, and choose another or none.");
            return field.Meaning(draft.Table, meanings, word => ask.Ask($"{name}.{word}", $"What does '{word}' in column {field.Column} mean: {string.Join(", ", meanings)}?", null, text => meanings.Contains(text) ? null : $"one of {string.Join(", ", meanings)}", isKept: false));
        }
        if (field.IsDate)
        {
            var format = ask.Ask($"{name}.date", $"How are the dates in column {field.Column} written, such as yyyy/MM/dd? Leave it empty to leave the column out.", "", text => text.Length == 0 || DraftField.AreDates(draft.Table.Values(field.Column, 200), text) ? null : "that is not how all of them are written");
            return format.Length == 0 ? null : field with { Format = $"date: {YamlWord.Of(format)}", Trouble = null };
        }
        return ask.Confirm($"{name}.left-out", $"Column {field.Column}: {field.Trouble}. Go on without the column?", suggestion: false) ? null
            : throw new InterviewException("Stopped, and nothing of it was written. When the export is mended, run the same command again; what was answered is kept.");
    }

    FoundPlace Place()
    {
        var source = ask.Ask("records", "Where are your records: csv (a folder of CSV files), sqlite, postgresql, or odbc (SQL Server, Oracle, whatever has a driver)?", "csv", text => text is "csv" or "sqlite" or "postgresql" or "odbc" ? null : "say csv, sqlite, postgresql or odbc");
        var where = Path.GetFullPath(ask.Ask("records.place", source switch
        {
            "csv" => "Which folder are the CSV files in?",
            "sqlite" => "Which file is the database?",
            _ => "Which file holds the connection string, for a user who may only read? It must have mode 0600.",
        }, null, text => source == "csv" ? Directory.Exists(text) ? null : "there is no such folder" : File.Exists(text) ? null : "there is no such file"));
        try
        {
            var place = source switch
            {
                "csv" => FoundPlace.OfFolder(where, folder.Folder),
                "sqlite" => FoundPlace.OfSqlite(where, folder.Folder),
                "postgresql" => FoundPlace.OfPostgres(where, folder.Folder),
                _ => FoundPlace.OfOdbc(where, folder.Folder),
            };
            if (place.Rights is { Tables.Count: > 0 } rights)
                ask.Say($"  This account may also write: {rights.Few()}. One that may only read is safer; put its connection string in the file at any time.");
            return place;
        }
        catch (Exception e) when (OdbcFaults.Missing(e) is { } missing)
        {
            throw new InterviewException($"The database cannot be read: {missing}.");
        }
        catch (DbException e)
        {
            throw new InterviewException($"The database cannot be read: {(source switch { "postgresql" => PostgresFaults.Explain(e), "odbc" => OdbcFaults.Explain(e), _ => e.Message })}.");
        }
    }

    static Table Picture(DataSetDraft draft)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{draft.Contract.Id} from {Markup.Escape(Short(draft.Table))}") };
        table.AddColumns("field", "column", "how it is written", "to look at");
        table.AddRow("(person)", Markup.Escape(draft.Key), "", "");
        foreach (var (field, column) in draft.Match)
            table.AddRow($"(asked: {field})", Markup.Escape(column), "", "");
        foreach (var field in draft.Fields)
            table.AddRow(field.Field, Markup.Escape(field.Column), Markup.Escape(field.Format), Markup.Escape(field.Trouble ?? ""));
        return table;
    }

    static string Short(FoundTable table) => table is FoundFile file ? Path.GetFileName(file.Path) : table.Name;
}
