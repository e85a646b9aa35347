using System.Text;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Joining;

/// <summary>What sources.yaml is to say: who is enrolled, what may be told of them, where they lived.</summary>
/// <param name="Residences">Null: no record of moves was found.</param>
sealed record RecordsDraft(FoundTable People, string PeopleKey, string PeopleNumber, IReadOnlyList<DataSetDraft> DataSets, ResidencesDraft? Residences)
{
    public string Yaml()
    {
        var text = new StringBuilder("# Where this agency's records are. contract-test says whether they mean what they should; docs/configuration.md has every word.\n");
        text.Append("people:                                  # whom to enrol; numbers are read, blinded and forgotten\n");
        foreach (var line in People.Yaml)
            text.Append("  ").Append(line).Append('\n');
        text.Append("  key: ").Append(YamlWord.Of(PeopleKey)).Append("\n  number: ").Append(YamlWord.Of(PeopleNumber)).Append('\n');
        if (Residences is { } moves)
            text.Append(moves.Yaml());
        text.Append(DataSets.Count == 0 ? "data_sets: {}\n" : "data_sets:\n");
        foreach (var draft in DataSets)
            text.Append(draft.Yaml());
        return text.ToString();
    }
}

/// <summary>The agency's own record of moves.</summary>
/// <param name="Format">Of its dates; empty: ISO 8601.</param>
sealed record ResidencesDraft(FoundTable Table, string Key, string From, string? Until, string Municipality, string Format)
{
    static readonly string[] codes = ["市区町村コード", "市町村コード", "住所コード", "municipality", "municipality_code"];

    /// <summary>Null when the table is no record of moves.</summary>
    public static ResidencesDraft? Of(FoundTable table)
    {
        var code = codes.FirstOrDefault(name => table.Columns.Contains(name));
        if (code is null || ColumnNames.Find(ColumnNames.Key, table.Columns) is not { } key || ColumnNames.Find("moved_in_on", table.Columns) is not { } from)
            return null;
        var household = DataSetDraft.Of(DataSetCatalogue.Household, table, out _);
        var format = household?.Fields.FirstOrDefault(field => field.Field == "moved_in_on")?.Format ?? "";
        return new ResidencesDraft(table, key, from, ColumnNames.Find("moved_out_on", table.Columns), code, format);
    }

    public string Yaml()
    {
        string Date(string column) => Format.Length == 0 ? YamlWord.Of(column) : $"{{ column: {YamlWord.Of(column)}, {Format} }}";
        var text = new StringBuilder("residences:                              # where people live and lived\n");
        foreach (var line in Table.Yaml)
            text.Append("  ").Append(line).Append('\n');
        text.Append("  key: ").Append(YamlWord.Of(Key)).Append("\n  from: ").Append(Date(From)).Append('\n');
        if (Until is { } until)
            text.Append("  until: ").Append(Date(until)).Append('\n');
        text.Append("  municipality: ").Append(YamlWord.Of(Municipality)).Append('\n');
        text.Append("  # abroad: \"99999\"                      # what stands there for a residence abroad, if anything does\n");
        return text.ToString();
    }
}
