using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What a field says.</summary>
/// <param name="Path">Its name; of an element of a list after the list's name and a dot, such as <c>members.birth_year</c>.</param>
/// <param name="Example">As a person would read it.</param>
public sealed record FieldMeaning(string Path, Unit Unit, string Example);

/// <summary>Something that must hold within a record, or between it and its question.</summary>
/// <param name="Id">Stable, such as <c>levy-total</c>.</param>
/// <param name="Says">In words, naming fields.</param>
public sealed record RecordRule(string Id, string Says, Func<IMessage, IMessage, bool> Holds);

/// <summary>What a record breaks. Names fields; no value stands in it.</summary>
/// <param name="Rule">Of <see cref="RecordRule.Id"/>, or <c>unit</c>.</param>
/// <param name="Field">Empty when it is about several.</param>
public sealed record Breach(string Rule, string Field, string What);

/// <summary>
/// What the records of a data set mean beyond the types of their fields: units, examples, and what must hold between
/// them. A record may fit its types and still be nonsense; this is what it is held to before a source goes live.
/// </summary>
/// <param name="Version">Of the meaning; the first number is that of the data set's id.</param>
public sealed record RecordMeaning(string Version, IReadOnlyList<FieldMeaning> Fields, IReadOnlyList<RecordRule> Rules)
{
    internal static RecordMeaning Of<TQuestion, TRecord>(string version, IReadOnlyList<FieldMeaning> fields, IReadOnlyList<Rule<TQuestion, TRecord>> rules)
        where TQuestion : IMessage
        where TRecord : IMessage =>
        new(version, fields, [.. rules.Select(rule => new RecordRule(rule.Id, rule.Says, (question, record) => rule.Holds((TQuestion)question, (TRecord)record)))]);

    /// <summary>Everything that is wrong with a record; nothing when it may be told.</summary>
    public IEnumerable<Breach> Check(IMessage question, IMessage record)
    {
        var wrongUnits = Fields.Select(field => Wrong(field, record, field.Path)).OfType<Breach>().ToList();
        // What is no date or no amount has been named; comparing it with others tells nothing more.
        return wrongUnits.Count > 0 ? wrongUnits : Rules.Where(rule => !rule.Holds(question, record)).Select(rule => new Breach(rule.Id, "", $"does not hold: {rule.Says}"));
    }

    static Breach? Wrong(FieldMeaning meaning, IMessage message, string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var field = message.Descriptor.FindFieldByName(dot < 0 ? path : path[..dot]);
        if (dot < 0)
            return Value(field, message) is { } value && Units.Problem(meaning.Unit, value) is { } expected ? new Breach("unit", meaning.Path, $"is not {expected}") : null;
        return ((System.Collections.IEnumerable)field.Accessor.GetValue(message)).Cast<IMessage>().Select(element => Wrong(meaning, element, path[(dot + 1)..])).FirstOrDefault(breach => breach is not null);
    }

    /// <summary>Null for what is not known: not set, or an empty text.</summary>
    static object? Value(FieldDescriptor field, IMessage message) =>
        field.HasPresence && !field.Accessor.HasValue(message) || field.Accessor.GetValue(message) is "" ? null : field.Accessor.GetValue(message);
}

/// <summary>A rule as it is written down, about the messages of its data set.</summary>
sealed record Rule<TQuestion, TRecord>(string Id, string Says, Func<TQuestion, TRecord, bool> Holds);
