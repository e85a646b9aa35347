using System.Security.Cryptography;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>A row of cells to a record: fields, as-of, revision and next update.</summary>
/// <param name="RevisionColumn">Index among the columns; negative: the content makes the revision.</param>
sealed record RecordMapping(RowMapping Row, TimeMapping AsOf, int RevisionColumn, TimeMapping? NextUpdate, ReadOnlyMemory<byte> RevisionKey)
{
    const int LongestRevision = 128;

    /// <param name="built">Without its lists, and without a revision made of its content: see <see cref="Complete"/>.</param>
    /// <returns>What is wrong with the row, or null.</returns>
    public CellProblem? TryBuild(ReadOnlySpan<object?> cells, RowTimes times, out SourceRecord? built)
    {
        built = null;
        if (Row.TryBuild(cells, out var record) is { } wrong)
            return wrong;
        if (AsOf.Read(cells, times, out var asOf) is { } wrongAsOf)
            return wrongAsOf;
        var nextUpdate = 0L;
        if (NextUpdate?.Read(cells, times, out nextUpdate) is { } wrongUpdate)
            return wrongUpdate;
        var revision = "";
        if (RevisionColumn >= 0 && !CellConversion.IsMissing(cells[RevisionColumn]))
        {
            if (CellConversion.Text(cells[RevisionColumn]!) is not { Length: <= LongestRevision } text)
                return new CellProblem(Row.Columns[RevisionColumn], $"a revision of at most {LongestRevision} characters");
            revision = text;
        }
        built = new SourceRecord(record, asOf, revision, nextUpdate);
        return null;
    }

    /// <summary>A record is as old as the oldest of its parts, unless the mapping says how old it is.</summary>
    /// <param name="partUnixMs">When a part was last confirmed.</param>
    public SourceRecord NotAfter(SourceRecord built, long partUnixMs) =>
        AsOf.Origin == TimeOrigin.Fixed ? built : built with { AsOfUnixMs = Math.Min(built.AsOfUnixMs, partUnixMs) };

    /// <summary>To be called when the record has its lists, so that its revision covers them.</summary>
    public SourceRecord Complete(SourceRecord built) => RevisionColumn >= 0
        ? built
        : built with { Revision = Convert.ToHexStringLower(HMACSHA256.HashData(RevisionKey.Span, built.Record.ToByteArray()).AsSpan(0, 16)) };
}
