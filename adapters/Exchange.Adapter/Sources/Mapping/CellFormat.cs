using System.Collections.Frozen;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>How a column writes its values.</summary>
sealed record CellFormat
{
    public static CellFormat Plain { get; } = new();

    /// <summary>Text of the column to text of the field; when given, every other text is a mistake.</summary>
    public FrozenDictionary<string, string>? Values { get; init; }

    /// <summary>A .NET date format, such as <c>yyyyMMdd</c>. The field gets <c>yyyy-MM-dd</c>.</summary>
    public string? Date { get; init; }

    /// <summary>Whole numbers may have a comma before each group of three digits.</summary>
    public bool Grouped { get; init; }

    /// <summary>The column counts in units of this many, such as 1,000 yen.</summary>
    public long Times { get; init; } = 1;
}
