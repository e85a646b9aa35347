using System.Text;
using Exchange.Adapter.Joining;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Protocol.DataSets;
using Microsoft.Data.Sqlite;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Joining;

public sealed class DraftTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-draft-").FullName;

    [Theory]
    [InlineData("utf-8", ',', false)]
    [InlineData("utf-8", ',', true)]
    [InlineData("utf-8", ';', false)]
    [InlineData("utf-8", '\t', true)]
    [InlineData("shift_jis", ',', false)]
    [InlineData("shift_jis", '|', false)]
    public void Encoding_byte_order_mark_and_delimiter_of_a_file_are_found_out(string encoding, char delimiter, bool withMark)
    {
        Write("tax.csv", $"宛名番号{delimiter}年度{delimiter}課税区分\nR1{delimiter}2026{delimiter}課税\n", encoding, withMark);
        var found = FoundFile.Open(this["tax.csv"], "tax.csv");
        Assert.Equal(["宛名番号", "年度", "課税区分"], found.Columns);
        Assert.Equal((encoding, delimiter), (found.Format.Encoding, found.Format.Delimiter));
        Assert.Equal(["課税"], found.Values("課税区分", 10));
    }

    [Fact]
    public void A_file_in_which_encodings_mix_is_refused_with_its_line()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllBytes(this["tax.csv"], [.. "宛名番号,氏名\nR1,佐藤\n"u8, .. Encoding.GetEncoding(932).GetBytes("R2,鈴木ソ\n"), .. "R3,高橋\n"u8]);
        Assert.Contains("UTF-8", Assert.Throws<CsvException>(() => FoundFile.Open(this["tax.csv"], "tax.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_shift_jis_into_which_utf_8_was_written_is_refused_with_its_line()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllBytes(this["tax.csv"], [.. Encoding.GetEncoding(932).GetBytes("宛名番号,氏名\nR1,佐藤\n"), .. "R2,鈴木一郎\n"u8]);
        Assert.Contains("line 3 is UTF-8", Assert.Throws<CsvException>(() => FoundFile.Open(this["tax.csv"], "tax.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Years_of_an_era_and_amounts_in_words_are_found_before_anything_is_written()
    {
        Write("tax.csv", "宛名番号,年度,課税区分\nR1,令和7年度,課税\n");
        Assert.Null(DataSetDraft.Of(DataSetCatalogue.ResidentTax, FoundFile.Open(this["tax.csv"], "tax.csv"), out var why));
        Assert.Equal("municipality.resident-tax.v1 is asked with 'fiscal_year', and column 年度 holds what is no number, such as '令和7年度'; have the export write a year as 2026", why);
        Write("tax.csv", "宛名番号,年度,課税区分,合計所得金額,扶養人数\nR1,2026,課税,\"3,250,000\",二人\nR2,2026,課税,3百万,1\n");
        var draft = DataSetDraft.Of(DataSetCatalogue.ResidentTax, FoundFile.Open(this["tax.csv"], "tax.csv"), out _)!;
        Assert.StartsWith("'3百万' is no whole number", draft.Fields.Single(one => one.Field == "total_income").Trouble, StringComparison.Ordinal);
        Assert.StartsWith("'二人' is no whole number", draft.Fields.Single(one => one.Field == "dependants").Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_not_known_are_asked_and_the_others_are_not()
    {
        Write("tax.csv", "宛名番号,年度,課税区分\nR1,2026,課税\nR2,2026,9\n");
        var draft = DataSetDraft.Of(DataSetCatalogue.ResidentTax, FoundFile.Open(this["tax.csv"], "tax.csv"), out _)!;
        var field = draft.Fields.Single(one => one.Field == "assessment_state");
        Assert.Equal("what does it mean: 9?", field.Trouble);
        var asked = new List<string>();
        var mended = field.Meaning(draft.Table, ["ASSESSED", "EXEMPT"], word =>
        {
            asked.Add(word);
            return "EXEMPT";
        });
        Assert.Equal(["9"], asked);
        Assert.Equal(("values: { 課税: ASSESSED, \"9\": EXEMPT }", (string?)null), (mended.Format, mended.Trouble));
    }

    [Fact]
    public async Task A_mapping_is_suggested_from_the_columns_and_what_stands_in_them_and_reads_the_rows_right()
    {
        Write("people.csv", "宛名番号,個人番号\nR1,123456789018\n");
        Write("tax.csv", "宛名番号,氏名,賦課年度,課税区分,合計所得金額,課税標準額（千円）,市民税所得割,県民税所得割,扶養人数,決定日\nR1,佐藤,2026,課税,\"3,250,000\",2390,143400,95600,1,2026/06/01\n");
        var place = FoundPlace.OfFolder(folder, folder);
        var draft = DataSetDraft.Of(DataSetCatalogue.ResidentTax, place.Tables.Single(table => table.Columns.Count > 2), out var why)!;
        Assert.Empty(why);
        Assert.All(draft.Fields, field => Assert.Null(field.Trouble));
        var people = place.Tables.Single(table => table.Columns.Count == 2);
        File.WriteAllText(this["sources.yaml"], new RecordsDraft(people, "宛名番号", "個人番号", [draft], null).Yaml());

        await using var data = MappingFile.Read(this["sources.yaml"], DataSetCatalogue.OfKind("municipality"));
        var record = (ResidentTax)(await data.Sources["municipality.resident-tax.v1"].Find("R1", new ResidentTaxQuestion { FiscalYear = 2026 }, default))!.Record;
        Assert.Equal(
            new ResidentTax { FiscalYear = 2026, AssessmentState = AssessmentState.Assessed, TotalIncome = 3_250_000, TaxableIncome = 2_390_000, MunicipalIncomeLevy = 143_400, PrefecturalIncomeLevy = 95_600, Dependants = 1, AssessedOn = "2026-06-01" },
            record);
    }

    [Fact]
    public void What_cannot_be_guessed_is_said_and_never_guessed()
    {
        Write("tax.csv", "宛名番号,年度,課税区分,合計所得,決定日\nR1,2026,課税,３２５００００,1.6.2026\nR2,2026,減免,1,2.6.2026\n");
        var draft = DataSetDraft.Of(DataSetCatalogue.ResidentTax, FoundFile.Open(this["tax.csv"], "tax.csv"), out _)!;
        string Trouble(string field) => draft.Fields.Single(one => one.Field == field).Trouble ?? "";
        Assert.Contains("what does it mean: 減免?", Trouble("assessment_state"), StringComparison.Ordinal);
        Assert.Contains("full width", Trouble("total_income"), StringComparison.Ordinal);
        Assert.Contains("dates are written in no way that is known", Trouble("assessed_on"), StringComparison.Ordinal);
        Assert.Contains("# not found in this table, so nobody is told: taxable_income", draft.Yaml(), StringComparison.Ordinal);

        Write("other.csv", "番号,年度\n1,2026\n");
        Assert.Null(DataSetDraft.Of(DataSetCatalogue.ResidentTax, FoundFile.Open(this["other.csv"], "other.csv"), out var why));
        Assert.Contains("looks like this agency's own key of a person; it has 番号, 年度", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_somebody_chose_goes_before_the_one_that_its_name_suggests()
    {
        Write("tax.csv", "宛名番号,年度,合計所得,総所得\nR1,2026,1,2\n");
        var table = FoundFile.Open(this["tax.csv"], "tax.csv");
        Assert.Equal("合計所得", DataSetDraft.Of(DataSetCatalogue.ResidentTax, table, out _)!.Fields.Single(one => one.Field == "total_income").Column);
        var chosen = new Dictionary<string, string> { ["total_income"] = "総所得", ["fiscal_year"] = "年度" };
        Assert.Equal("総所得", DataSetDraft.Of(DataSetCatalogue.ResidentTax, table, out _, chosen)!.Fields.Single(one => one.Field == "total_income").Column);
    }

    [Fact]
    public void Every_table_of_a_database_is_found_with_its_columns()
    {
        using (var connection = new SqliteConnection($"Data Source={this["town.db"]};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE resident (resident_no TEXT, my_number TEXT); CREATE TABLE resident_tax (resident_no TEXT, fiscal_year INTEGER, state TEXT, total INTEGER); INSERT INTO resident_tax VALUES ('R1', 2026, 'E', 0)";
            command.ExecuteNonQuery();
        }
        var place = FoundPlace.OfSqlite(this["town.db"], folder);
        Assert.Equal(["resident", "resident_tax"], place.Tables.Select(table => table.Name));
        var draft = DataSetDraft.Of(DataSetCatalogue.ResidentTax, place.Tables[1], out _)!;
        Assert.Equal("values: { E: EXEMPT }", draft.Fields.Single(one => one.Field == "assessment_state").Format);
        Assert.Contains("    table: resident_tax\n", draft.Yaml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_table_is_passed_over_and_named()
    {
        Write("good.csv", "宛名番号,個人番号\nR1,1\n");
        Write("empty.csv", "");
        var place = FoundPlace.OfFolder(folder, folder);
        Assert.Equal("good.csv", Path.GetFileName(Assert.Single(place.Tables).Name));
        Assert.StartsWith("empty.csv: ", Assert.Single(place.Unusable), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string this[string name] => Path.Combine(folder, name);

    void Write(string name, string text, string encoding = "utf-8", bool withMark = false)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllText(this[name], text, encoding == "utf-8" ? new UTF8Encoding(withMark) : Encoding.GetEncoding(932));
    }
}
