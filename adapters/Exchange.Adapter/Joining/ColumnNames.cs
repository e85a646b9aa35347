using System.Text;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Joining;

/// <summary>What systems of towns call the columns that a data set asks for; the first name is the one of the data set itself.</summary>
static class ColumnNames
{
    public const string Key = "key", Number = "number";

    /// <summary>Letters of a name that may be misspelt and still be meant.</summary>
    const int LeastSpelling = 6;

    static readonly Dictionary<string, string[]> names = new(StringComparer.Ordinal)
    {
        [Key] = ["宛名番号", "宛名コード", "団体内統合宛名番号", "住民番号", "個人コード", "整理番号", "resident_no", "person_no", "person", "resident", "local_key", "key"],
        [Number] = ["個人番号", "マイナンバー", "my_number", "mynumber", "number", "national_number"],
        ["fiscal_year"] = ["年度", "賦課年度", "課税年度", "相当年度", "対象年度", "fiscal_year", "tax_year"],
        ["year"] = ["年", "年分", "支給年", "tax_year", "pay_year"],
        ["month"] = ["年月", "支給年月", "対象年月"],
        ["assessment_state"] = ["課税区分", "課税状況", "課税非課税区分", "state", "status"],
        ["total_income"] = ["合計所得", "合計所得金額", "合計所得額", "総所得金額", "総所得金額等", "total"],
        ["taxable_income"] = ["課税標準", "課税標準額", "課税総所得金額", "taxable"],
        ["municipal_income_levy"] = ["市町村民税所得割", "市民税所得割", "市町村民税所得割額", "市民税所得割額", "市所得割額", "市所得割", "区民税所得割", "levy_municipal", "municipal_levy"],
        ["prefectural_income_levy"] = ["道府県民税所得割", "県民税所得割", "都民税所得割", "道府県民税所得割額", "県民税所得割額", "県所得割額", "県所得割", "levy_prefectural", "prefectural_levy"],
        ["municipal_per_capita_levy"] = ["市町村民税均等割", "市民税均等割", "市町村民税均等割額", "市民税均等割額", "市均等割額", "市均等割", "head_municipal"],
        ["prefectural_per_capita_levy"] = ["道府県民税均等割", "県民税均等割", "道府県民税均等割額", "県民税均等割額", "県均等割額", "県均等割", "head_prefectural"],
        ["total_levy"] = ["年税額", "税額合計", "levy_total"],
        ["dependants"] = ["扶養人数", "扶養親族数", "扶養数"],
        ["assessed_on"] = ["決定日", "賦課決定日", "課税決定日"],
        ["relationship"] = ["続柄"],
        ["moved_in_on"] = ["転入日", "住民となった日", "住民年月日", "from", "since"],
        ["moved_from"] = ["転入前市区町村コード", "前住所コード"],
        ["moved_out_on"] = ["転出日", "住民でなくなった日", "until"],
        ["moved_to"] = ["転出先", "転出先市区町村コード"],
        ["moved_abroad"] = ["国外転出"],
        ["welfare_started_on"] = ["保護開始日"],
        ["welfare_ended_on"] = ["保護廃止日"],
        ["welfare_monthly_total"] = ["扶助合計", "保護費合計"],
        ["disability_certificate_number"] = ["手帳番号"],
        ["disability_grade"] = ["等級", "障害等級"],
        ["child_allowance_month"] = ["児童手当年月"],
        ["child_allowance_amount"] = ["児童手当額", "allowance"],
    };

    /// <summary>What texts in a column stand for, by the names of the enumeration's values.</summary>
    static readonly Dictionary<string, string> meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["課税"] = "ASSESSED",
        ["均等割のみ"] = "ASSESSED",
        ["A"] = "ASSESSED",
        ["非課税"] = "EXEMPT",
        ["E"] = "EXEMPT",
        ["未申告"] = "UNDECLARED",
        ["U"] = "UNDECLARED",
        ["未決定"] = "NOT_YET_ASSESSED",
        ["未賦課"] = "NOT_YET_ASSESSED",
        ["P"] = "NOT_YET_ASSESSED",
        ["世帯主"] = "HEAD",
        ["本人"] = "HEAD",
        ["夫"] = "SPOUSE",
        ["妻"] = "SPOUSE",
        ["配偶者"] = "SPOUSE",
        ["子"] = "CHILD",
        ["長男"] = "CHILD",
        ["長女"] = "CHILD",
        ["父"] = "PARENT",
        ["母"] = "PARENT",
        ["兄"] = "SIBLING",
        ["弟"] = "SIBLING",
        ["姉"] = "SIBLING",
        ["妹"] = "SIBLING",
        ["孫"] = "GRANDCHILD",
        ["同居人"] = "LODGER",
    };

    /// <summary>The column that most likely is meant; null when none has such a name.</summary>
    public static string? Find(string field, IReadOnlyList<string> columns)
    {
        string[] known = [field, .. names.GetValueOrDefault(field) ?? []];
        foreach (var name in known)
            if (columns.FirstOrDefault(column => string.Equals(Bare(column), Bare(name), StringComparison.OrdinalIgnoreCase)) is { } same)
                return same;
        // A letter or two make another word of a Japanese name: 所得割 and 均等割 are two taxes.
        return known.Where(name => name.Length >= LeastSpelling && Ascii.IsValid(name)).Select(name => Spelling.Nearest(name, columns)).FirstOrDefault(near => near is not null);
    }

    /// <summary>Which of the enumeration's names a text stands for; null when that is not known.</summary>
    public static string? Meaning(string text, IEnumerable<string> names) =>
        names.FirstOrDefault(name => string.Equals(name, text.Trim(), StringComparison.OrdinalIgnoreCase))
        ?? (meanings.TryGetValue(text.Trim(), out var meaning) && names.Contains(meaning) ? meaning : null);

    /// <summary>Without what is written in brackets behind a name, such as a unit, and without underscores.</summary>
    static string Bare(string name)
    {
        var bracket = name.AsSpan().IndexOfAny('（', '(');
        return (bracket > 0 ? name[..bracket] : name).Replace("_", "", StringComparison.Ordinal).Trim();
    }
}
