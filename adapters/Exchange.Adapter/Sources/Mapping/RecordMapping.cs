using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>A row of cells to a record: fields, as-of, revision and next update.</summary>
/// <param name="Columns">Names of the columns read, in the order in which cells are given.</param>
/// <param name="RevisionColumn">Index among the columns; negative: the content makes the revision.</param>
sealed record RecordMapping(
    MessageDescriptor Record,
    IReadOnlyList<string> Columns,
    IReadOnlyList<FieldMapping> Fields,
    TimeMapping AsOf,
    int RevisionColumn,
    TimeMapping? NextUpdate,
    ReadOnlyMemory<byte> RevisionKey)
{
    const int LongestRevision = 128;

    /// <returns>What is wrong with the row, or null.</returns>
    public CellProblem? TryBuild(ReadOnlySpan<object?> cells, RowTimes times, out SourceRecord? built)
    {
        built = null;
        var record = Record.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in Fields)
            if (field.Apply(cells, record) is { } wrong)
                return wrong;
        if (AsOf.Read(cells, times, out var asOf) is { } wrongAsOf)
            return wrongAsOf;
        var nextUpdate = 0L;
        if (NextUpdate?.Read(cells, times, out nextUpdate) is { } wrongUpdate)
            return wrongUpdate;
        string revision;
        if (RevisionColumn < 0)
            revision = Convert.ToHexStringLower(HMACSHA256.HashData(RevisionKey.Span, record.ToByteArray()).AsSpan(0, 16));
        else if (CellConversion.IsMissing(cells[RevisionColumn]))
            revision = "";
        else if (CellConversion.Text(cells[RevisionColumn]!) is { Length: <= LongestRevision } text)
            revision = text;
        else
            return new CellProblem(Columns[RevisionColumn], $"a revision of at most {LongestRevision} characters");
        built = new SourceRecord(record, asOf, revision, nextUpdate);
        return null;
    }
}
