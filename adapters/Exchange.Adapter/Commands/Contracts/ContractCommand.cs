using System.CommandLine;
using Exchange.Adapter.LocalApi.OpenApi;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Meaning;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Commands.Contracts;

/// <summary>Shows what the records of a data set must mean, for whoever describes where they are.</summary>
static class ContractCommand
{
    static readonly string[] columns = ["field", "unit", "example", "meaning"];

    public static Command Create()
    {
        var dataSet = new Argument<string?>("DATA_SET") { Description = "Such as municipality.resident-tax.v1; without it, all of them are listed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("contract", "Show the contract of a data set: each field with its unit, an example and its meaning, and what must hold between them.") { dataSet };
        command.SetAction(parsed => Outcome.Of(() => Run(parsed.GetValue(dataSet), Console.Out)));
        return command;
    }

    internal static int Run(string? id, TextWriter output)
    {
        if (id is null)
        {
            var rows = new RowWriter(output, RowFormat.Table, ["data_set", "version", "protected", "of", "title"]);
            foreach (var one in DataSetCatalogue.All)
                rows.Write([one.Id, one.Meaning?.Version ?? "", one.IsProtected ? "yes" : "no", one.ProviderKind, one.Title]);
            rows.Finish();
            return Outcome.Done;
        }
        var known = DataSetCatalogue.All.Select(one => one.Id).ToArray();
        if (DataSetCatalogue.All.FirstOrDefault(one => one.Id == id) is not { Meaning: { } meaning } contract)
            return Outcome.Fail($"There is no data set '{id}'{(Spelling.Nearest(id, known) is { } near ? $"; did you mean '{near}'?" : $"; there are {string.Join(", ", known)}.")}");
        Write(contract, meaning, output);
        return Outcome.Done;
    }

    static void Write(DataSetContract contract, RecordMeaning meaning, TextWriter output)
    {
        var comments = ProtoComments.OfEmbeddedFiles();
        output.WriteLine($"{contract.Id}: {contract.Title}; contract {meaning.Version}, provided by the kind {contract.ProviderKind}{(contract.IsProtected ? ", protected" : "")}.");
        output.WriteLine();
        output.WriteLine("It is asked with:");
        foreach (var field in contract.Question.Fields.InDeclarationOrder())
            output.WriteLine($"  {field.Name}: {comments.Of(field) ?? "see its name"}");
        if (contract.Question.Fields.InDeclarationOrder().Count == 0)
            output.WriteLine("  the person alone");
        output.WriteLine();
        var rows = new RowWriter(output, RowFormat.Table, columns);
        foreach (var field in meaning.Fields)
            rows.Write([field.Path, Words(field.Unit), field.Example, comments.Of(Find(contract.Record, field.Path)) ?? ""]);
        rows.Finish();
        output.WriteLine();
        var isMapped = DataSetCatalogue.OfKind(contract.ProviderKind).Contains(contract);
        output.WriteLine(isMapped ? "What must hold (contract-test names every row that breaks one):" : "What holds (it is read from the agency's journal, and no row has to be held to it):");
        foreach (var rule in meaning.Rules)
            output.WriteLine($"  {rule.Id}: {rule.Says}.");
    }

    static FieldDescriptor Find(MessageDescriptor type, string path) => path.Split('.') switch
    {
        [var list, var field] => type.FindFieldByName(list).MessageType.FindFieldByName(field),
        _ => type.FindFieldByName(path),
    };

    static string Words(Unit unit) => unit switch
    {
        Unit.Yen => "yen",
        Unit.MunicipalityCode => "6 digits (JIS X 0402)",
        Unit.CorporateNumber => "13 digits",
        Unit.Date => "YYYY-MM-DD",
        Unit.Month => "YYYY-MM",
        Unit.Time => "YYYY-MM-DDThh:mm:ss+09:00",
        Unit.Grade => "1 to 7",
        Unit.YesNo => "true or false",
        _ => unit.ToString().ToLowerInvariant(),
    };
}
