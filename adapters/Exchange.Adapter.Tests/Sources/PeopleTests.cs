using System.Text;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class PeopleTests : IDisposable
{
    readonly Income income = new();

    public PeopleTests() => income.Write("tax.csv", "person,total\np,1\n");

    public void Dispose() => income.Dispose();

    [Fact]
    public async Task Lines_of_a_file_come_with_their_numbers_and_bad_ones_without_the_number()
    {
        File.WriteAllText(income.PathOf("people.csv"), "key,name,number\np1,\"two\nlines\",983205673214\n,x,983205673214\np2,x,\np1,y,621498320257\np3,\"x,983205673214\np4,z,621498320257\n", new UTF8Encoding(true));
        var (people, bad) = await Read("source: csv, file: people.csv, key: key, number: number");
        Assert.Equal([("p1", "983205673214", 2), ("p4", "621498320257", 8)], people.Select(one => (one.Key, one.Number, one.Line)));
        Assert.Equal([(4, "key", Reason.KeyInvalid), (5, "number", Reason.NumberInvalid), (6, "key", Reason.KeyRepeated), (7, "name", Reason.LineInvalid)], bad.Select(one => (one.Line, one.Column, one.Reason)));
        Assert.Contains("the same key as line 2", bad[2].What, StringComparison.Ordinal);
        Assert.DoesNotContain(bad, one => one.ToString().Contains("983205673214", StringComparison.Ordinal) || one.ToString().Contains("621498320257", StringComparison.Ordinal));
        Assert.DoesNotContain("983205673214", people[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_jis_is_read_when_named()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllBytes(income.PathOf("people.csv"), Encoding.GetEncoding(932).GetBytes("個人番号,住民コード\n983205673214,甲-1\n"));
        var (people, _) = await Read("source: csv, encoding: shift_jis, file: people.csv, key: 住民コード, number: 個人番号");
        Assert.Equal("甲-1", Assert.Single(people).Key);
    }

    [Fact]
    public async Task Rows_of_a_sqlite_table_are_streamed_and_numbers_of_any_type_are_text()
    {
        income.Sql("people.db", "CREATE TABLE people (id, number); INSERT INTO people VALUES ('a', 983205673214), ('b', '621498320257'), (NULL, '1'), ('c', NULL), ('a', '2')");
        var (people, bad) = await Read("source: sqlite, file: people.db, table: people, key: id, number: number");
        Assert.Equal([("a", "983205673214"), ("b", "621498320257")], people.Select(one => (one.Key, one.Number)));
        Assert.Equal([3, 4, 5], bad.Select(one => one.Line));
    }

    [Fact]
    public async Task A_list_that_lost_its_column_is_refused_as_a_whole()
    {
        income.Write("people.csv", "key,number\np1,1\n");
        await using var data = income.Read(With("source: csv, file: people.csv, key: key, number: number"));
        income.Write("people.csv", "key,name\np1,1\n");
        var e = await Assert.ThrowsAsync<SourceException>(async () =>
        {
            await foreach (var _ in data.People!.Read(_ => { }))
            {
            }
        });
        Assert.Contains("column 'number' is missing", e.Message, StringComparison.Ordinal);
    }

    async Task<(List<Person> People, List<BadLine> Bad)> Read(string people)
    {
        await using var data = income.Read(With(people));
        var bad = new List<BadLine>();
        var good = new List<Person>();
        await foreach (var person in data.People!.Read(bad.Add))
            good.Add(person);
        return (good, bad);
    }

    static string With(string people) => $$$"""
        data_sets:
          tax.income.v1: {source: csv, file: tax.csv, key: person, fields: {total_income: total}}
        people: { {{{people}}} }
        """;
}
