using System.Globalization;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Contracts;

/// <summary>Questions written as <c>field=value</c>, and those that are tried when nobody says which.</summary>
static class TriedQuestions
{
    /// <summary>The years or months about which one would ask today: the last that is over, and the one before it or now.</summary>
    public static IReadOnlyList<IMessage> Usual(DataSetContract contract, DateOnly today)
    {
        if (contract.Question.Fields.InDeclarationOrder() is not [var field])
            return [Empty(contract)];
        string[] values = field.Name switch
        {
            "year" => [Text(today.Year - 1), Text(today.Year - 2)],
            "fiscal_year" => [Text(today.Year), Text(today.Year - 1)],
            "month" => [Month(today.AddMonths(-1)), Month(today)],
            _ => [],
        };
        return [.. values.Select(value => With(Empty(contract), field, value)!)];
    }

    /// <param name="text">Such as <c>year=2025</c>; several fields of one question with a comma between.</param>
    /// <returns>Null with <paramref name="wrong"/> when one is no question of the data set.</returns>
    public static IMessage? Read(DataSetContract contract, string text, out string wrong)
    {
        wrong = "";
        var question = Empty(contract);
        var known = contract.Question.Fields.InDeclarationOrder();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            var name = sign < 0 ? part : part[..sign];
            if (contract.Question.FindFieldByName(name) is not { } field)
                wrong = known.Count == 0
                    ? $"{contract.Id} is asked about the person alone; leave '{name}' out"
                    : $"the question of {contract.Id} has no field '{name}'; {(Spelling.Nearest(name, [.. known.Select(one => one.Name)]) is { } near ? $"did you mean '{near}'?" : $"it has {string.Join(", ", known.Select(one => one.Name))}")}";
            else if (sign < 0 || With(question, field, part[(sign + 1)..].Trim()) is null)
                wrong = sign < 0 ? $"'{name}' needs a value, such as {name}={Example(field)}" : $"'{part[(sign + 1)..].Trim()}' is no {name}; write it such as {name}={Example(field)}";
            if (wrong.Length > 0)
                return null;
        }
        return question;
    }

    public static string Write(IMessage question) => string.Join(", ", question.Descriptor.Fields.InDeclarationOrder()
        .Select(field => $"{field.Name}={QuestionFields.Text(field, question)}"));

    public static string Example(FieldDescriptor field) => field.Name switch { "month" => "2026-10", "fiscal_year" => "2026", "from" => "2026-04-01", "until" => "2026-09-30", _ => "2025" };

    static IMessage Empty(DataSetContract contract) => contract.Question.Parser.ParseFrom(ByteString.Empty);

    static IMessage? With(IMessage question, FieldDescriptor field, string value)
    {
        if (!CellConversion.TryConvert(value, field, CellFormat.Plain, out var converted, out _) || converted is null)
            return null;
        field.Accessor.SetValue(question, converted);
        return question;
    }

    static string Text(int year) => year.ToString(CultureInfo.InvariantCulture);

    static string Month(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
