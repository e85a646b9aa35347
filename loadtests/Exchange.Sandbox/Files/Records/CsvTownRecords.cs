using System.Globalization;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>A town whose system exports files in Shift_JIS.</summary>
static class CsvTownRecords
{
    static readonly int[] fiscalYears = [2025, 2026];

    public static void Write(AgencyFolder agency, IReadOnlyList<Resident> residents)
    {
        void Once(string file, Action<string> write) => AgencyRecords.WriteOnce(agency.Records(file), write);
        void Lines(string file, string header, IEnumerable<string> lines) => Once(file, path => AgencyRecords.WriteLines(path, lines.Prepend(header)));
        var households = residents.Select(one => HouseholdRow.Of(one, agency.Id));
        var welfare = residents.Where(BenefitRow.DrawsWelfare).ToArray();
        Once("resident_tax.csv", path => WriteTax(path, residents));
        Lines("people.csv", "宛名番号,個人番号", residents.Select(one => $"{one.TownKey},{one.Number}"));
        Lines("moves.csv", "宛名番号,転入日,転出日,市区町村コード",
            residents.SelectMany(one => Addresses.Of(one, one.TownKey)).Select(one => $"{one.Person},{one.Since},{one.Until},{one.Municipality}"));
        Lines("household.csv", "宛名番号,続柄,転入日,転出日,転出先", households.Select(one => $"{one.Person},{Relation(one.Relationship)},{one.MovedInOn},{one.MovedOutOn},{one.MovedTo}"));
        Lines("household_member.csv", "宛名番号,続柄,生年,転入日", MemberRow.Of(residents, agency.Id)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Person},{Relation(one.Relationship)},{one.BirthYear},{one.MovedInOn}")));
        Lines("benefit.csv", "宛名番号,年月,保護開始日,扶助合計", welfare.Select(one => $"{one.TownKey},2026-10,2024-02-01,122000"));
        Lines("aid.csv", "宛名番号,年月,扶助,金額", welfare.SelectMany(one => BenefitRow.Aids, (one, aid) =>
            string.Create(CultureInfo.InvariantCulture, $"{one.TownKey},2026-10,{(aid.Kind == "HOUSING" ? "住宅" : "生活")},{aid.Amount}")));
    }

    static string Relation(string relationship) => relationship switch { "HEAD" => "世帯主", "SPOUSE" => "妻", _ => "子" };

    static void WriteTax(string path, IReadOnlyList<Resident> residents) => AgencyRecords.WriteLines(path, residents
        .SelectMany(one => fiscalYears, (one, year) => string.Create(CultureInfo.InvariantCulture,
            $"{one.TownKey},{one.Name},{year},{StateName(one.State)},{AgencyRecords.Known(one, one.TotalIncome)},{AgencyRecords.Known(one, one.TaxableIncome)},{AgencyRecords.Known(one, one.MunicipalLevy)},{AgencyRecords.Known(one, one.PrefecturalLevy)},{one.Dependants}"))
        .Prepend("宛名番号,氏名,年度,課税区分,合計所得,課税標準,市町村民税所得割,道府県民税所得割,扶養人数"));

    static string StateName(char state) => state switch { 'A' => "課税", 'E' => "非課税", 'U' => "未申告", _ => "未決定" };

    public const string Mapping = """
        # Where the town's records are: files of the tax office's system, in Shift_JIS.
        people: { source: csv, file: records/people.csv, encoding: shift_jis, key: 宛名番号, number: 個人番号 }
        residences: { source: csv, file: records/moves.csv, encoding: shift_jis, key: 宛名番号, from: 転入日, until: 転出日, municipality: 市区町村コード, abroad: abroad }
        data_sets:
          municipality.resident-tax.v1:
            source: csv
            file: records/resident_tax.csv
            encoding: shift_jis
            key: 宛名番号
            match: { fiscal_year: 年度 }
            fields:
              fiscal_year: 年度
              assessment_state: { column: 課税区分, values: { 課税: ASSESSED, 非課税: EXEMPT, 未申告: UNDECLARED, 未決定: NOT_YET_ASSESSED } }
              total_income: 合計所得
              taxable_income: 課税標準
              municipal_income_levy: 市町村民税所得割
              prefectural_income_levy: 道府県民税所得割
              dependants: 扶養人数
            as_of: file_time
          municipality.household.v1:
            source: csv
            file: records/household.csv
            encoding: shift_jis
            key: 宛名番号
            fields:
              relationship: { column: 続柄, values: { 世帯主: HEAD, 妻: SPOUSE, 子: CHILD } }
              moved_in_on: 転入日
              moved_out_on: 転出日
              moved_to: 転出先
            lists:
              members:
                file: records/household_member.csv
                key: 宛名番号
                fields:
                  relationship: { column: 続柄, values: { 世帯主: HEAD, 妻: SPOUSE, 子: CHILD } }
                  birth_year: 生年
                  moved_in_on: 転入日
            as_of: file_time
          municipality.benefits.v1:
            source: csv
            file: records/benefit.csv
            encoding: shift_jis
            key: 宛名番号
            match: { month: 年月 }
            fields: { month: 年月, welfare_started_on: 保護開始日, welfare_monthly_total: 扶助合計 }
            lists:
              aids:
                file: records/aid.csv
                key: 宛名番号
                match: { month: 年月 }
                fields: { kind: { column: 扶助, values: { 生活: LIVELIHOOD, 住宅: HOUSING } }, amount: 金額 }
            as_of: file_time

        """;
}
