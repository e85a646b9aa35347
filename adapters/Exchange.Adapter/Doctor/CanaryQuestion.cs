using Exchange.Adapter.Contracts;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Doctor;

/// <summary>A question about a person who does not exist, agreed with the provider, by which the whole way there and back is tried.</summary>
/// <param name="Person">This agency's own key of the canary person.</param>
public sealed record CanaryQuestion(string Person, string Provider, string Task, DataSetContract DataSet, IMessage Question)
{
    /// <summary><c>canary: { person: CANARY-1, provider: tax, task: benefit-eligibility, data_set: tax.income.v1, question: year=2025 }</c>.</summary>
    public static CanaryQuestion? Read(YamlMap? map)
    {
        if (map is null)
            return null;
        var (person, provider, task, id, text) = (map.Text("person"), map.Text("provider"), map.Text("task"), map.Text("data_set"), map.OptionalText("question") ?? "");
        map.RefuseUnknownKeys();
        if (DataSetCatalogue.All.FirstOrDefault(one => one.Id == id) is not { } contract)
        {
            if (id.Length > 0)
                map.Report("data_set", $"there is no data set '{id}'; there are {string.Join(", ", DataSetCatalogue.All.Select(one => one.Id))}");
            return null;
        }
        if (TriedQuestions.Read(contract, text, out var wrong) is { } question)
            return new CanaryQuestion(person, provider, task, contract, question);
        map.Report("question", wrong);
        return null;
    }

    /// <summary>Says nothing about anybody, though there is nobody to say it of.</summary>
    public override string ToString() => $"{nameof(CanaryQuestion)} {DataSet.Id}";
}
