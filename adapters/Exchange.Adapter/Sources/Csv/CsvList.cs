using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>One list of a record, in a file of its own: an element a row, kept with the cell by which it is sorted.</summary>
sealed class CsvList(CsvFile file, ListMapping mapping, RowOrder? order)
{
    public CsvFile File => file;

    /// <summary>How rows are kept: length and bytes of the cell, bytes of the element.</summary>
    public static CsvKeep Keep(ListMapping mapping, RowOrder? order) => (ReadOnlySpan<object?> cells, RowTimes _, out byte[] kept) =>
    {
        kept = [];
        if (mapping.Row.TryBuild(cells, out var element) is { } wrong)
            return wrong;
        var cell = Encoding.UTF8.GetBytes(order is { } by ? (string?)cells[by.Cell] ?? "" : "");
        kept = new byte[sizeof(int) + cell.Length + element.CalculateSize()];
        BinaryPrimitives.WriteInt32LittleEndian(kept, cell.Length);
        cell.CopyTo(kept, sizeof(int));
        element.WriteTo(kept.AsSpan(sizeof(int) + cell.Length));
        return null;
    };

    /// <summary>Adds the person's elements to the record, in the order of the file where no other is wanted.</summary>
    /// <returns>When the file was written, as unix milliseconds.</returns>
    /// <exception cref="SourceException">A row cannot be used, or there are too many.</exception>
    public long AddTo(IMessage record, string dataSet, string person, IMessage question)
    {
        var found = file.FindAll(person, question, dataSet, mapping.Most) ?? throw mapping.TooMany(dataSet);
        var elements = found.Rows.Select(Read);
        if (order is { } by)
            elements = by.Descending ? elements.OrderByDescending(one => one.Cell) : elements.OrderBy(one => one.Cell);
        var list = mapping.Of(record);
        foreach (var (_, element) in elements)
            list.Add(element);
        return found.WrittenUnixMs;
    }

    (SortCell Cell, IMessage Element) Read(ArraySegment<byte> kept)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(kept);
        var start = sizeof(int) + length;
        return (SortCell.Of(Encoding.UTF8.GetString(kept[sizeof(int)..start])), mapping.Row.Type.Parser.ParseFrom(kept.Array, kept.Offset + start, kept.Count - start));
    }

    /// <summary>Numbers go before texts, by their value; texts by their characters, as dates sort that begin with the year; blanks first.</summary>
    readonly record struct SortCell(decimal? Number, string Text) : IComparable<SortCell>
    {
        public static SortCell Of(string cell) =>
            new(decimal.TryParse(cell, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null, cell.Trim());

        int Rank => Text.Length == 0 ? 0 : Number is null ? 2 : 1;

        public int CompareTo(SortCell other) =>
            Rank != other.Rank ? Rank.CompareTo(other.Rank)
            : Rank == 1 ? Number!.Value.CompareTo(other.Number!.Value)
            : string.CompareOrdinal(Text, other.Text);
    }
}
