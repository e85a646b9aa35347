using System.Collections.Frozen;
using Exchange.Protocol.DataSets.Meaning;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Protocol.DataSets;

/// <summary>
/// What both agencies and the hub hold a data set to: its messages, the one size of its answers, whether it is
/// protected. The hub knows it to name fields; it never sees a record.
/// </summary>
public sealed class DataSetContract
{
    /// <summary>Bytes to which an answer may be padded: enough for the largest record, small enough for a frame.</summary>
    public const int MinimumSize = 128, MaximumSize = 64 * 1024;

    readonly FrozenDictionary<string, FieldDescriptor> fields;

    /// <exception cref="ArgumentException">When the size is out of range.</exception>
    public DataSetContract(
        string id, string title, MessageDescriptor question, MessageDescriptor record, int declaredSize, bool isProtected, string providerKind, RecordMeaning? meaning = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(declaredSize, MinimumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(declaredSize, MaximumSize);
        Id = id;
        Title = title;
        Question = question;
        Record = record;
        DeclaredSize = declaredSize;
        IsProtected = isProtected;
        ProviderKind = providerKind;
        Meaning = meaning;
        fields = record.Fields.InFieldNumberOrder().ToFrozenDictionary(field => field.Name);
    }

    /// <summary>Such as <c>tax.income.v1</c>.</summary>
    public string Id { get; }

    public string Title { get; }

    public MessageDescriptor Question { get; }

    public MessageDescriptor Record { get; }

    /// <summary>Bytes to which every answer is padded.</summary>
    public int DeclaredSize { get; }

    /// <summary>A protected person is answered exactly like an unknown one.</summary>
    public bool IsProtected { get; }

    /// <summary>Kind of agency that provides it, such as <c>tax</c>.</summary>
    public string ProviderKind { get; }

    /// <summary>What its records are held to beyond their types; null of a data set that says no more.</summary>
    public RecordMeaning? Meaning { get; }

    /// <summary>Names of the record's fields, in order of their numbers.</summary>
    public IEnumerable<string> FieldNames => Record.Fields.InFieldNumberOrder().Select(one => one.Name);

    public bool TryGetField(string name, out uint number)
    {
        var known = fields.TryGetValue(name, out var field);
        number = known ? (uint)field!.FieldNumber : 0;
        return known;
    }

    /// <summary>The name of a field of the record; null for a number it does not have.</summary>
    public string? FieldName(uint number) => Record.FindFieldByNumber((int)number)?.Name;

    /// <summary>Clears what is not granted, in place. Returns the numbers of fields that had a value and lost it.</summary>
    public IReadOnlyList<uint> Withhold(IMessage record, IReadOnlySet<uint> granted)
    {
        List<uint>? withheld = null;
        foreach (var field in Record.Fields.InFieldNumberOrder())
        {
            if (granted.Contains((uint)field.FieldNumber) || !HasValue(field, record))
                continue;
            field.Accessor.Clear(record);
            (withheld ??= []).Add((uint)field.FieldNumber);
        }
        return withheld ?? (IReadOnlyList<uint>)[];
    }

    /// <summary>
    /// Whether one of the fields tells something by being empty: a list of nobody, a last day while there is none. What is
    /// optional and not set is not known, and tells nothing.
    /// </summary>
    public bool TellsByBeingEmpty(IReadOnlySet<uint> granted) =>
        Record.Fields.InFieldNumberOrder().Any(field => !field.HasPresence && granted.Contains((uint)field.FieldNumber));

    public DataSet ToMessage() => new()
    {
        Id = Id,
        Title = Title,
        QuestionType = Question.FullName,
        RecordType = Record.FullName,
        DeclaredSize = (uint)DeclaredSize,
        Protected = IsProtected,
        ProviderKind = ProviderKind,
        Fields = { Record.Fields.InFieldNumberOrder().Select(field => new Field { Number = (uint)field.FieldNumber, Name = field.Name }) },
    };

    static bool HasValue(FieldDescriptor field, IMessage record) =>
        field.HasPresence ? field.Accessor.HasValue(record) : field.Accessor.GetValue(record) switch
        {
            System.Collections.ICollection list => list.Count > 0,
            string text => text.Length > 0,
            ByteString bytes => !bytes.IsEmpty,
            bool flag => flag,
            Enum state => Convert.ToInt32(state, System.Globalization.CultureInfo.InvariantCulture) != 0,
            var number => Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture) != 0,
        };
}
