using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Rows to the elements of a record's list.</summary>
/// <param name="Field">Repeated, of messages.</param>
/// <param name="Most">Elements of one record; a list is never cut short, so more are an error.</param>
sealed record ListMapping(FieldDescriptor Field, RowMapping Row, int Most)
{
    public const int DefaultMost = 200, LargestMost = 10_000;

    public IList Of(IMessage record) => (IList)Field.Accessor.GetValue(record);

    public SourceException TooMany(string dataSet) => new(dataSet, $"list '{Field.Name}' has more than {Most} rows; raise 'most' or narrow the list");
}
