using Exchange.Adapter.Commands.Lists;

namespace Exchange.Adapter.Tests.Commands;

public sealed class PeopleListTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    [Fact]
    public void Good_lines_are_kept_and_every_bad_one_is_told_with_its_number_and_reason()
    {
        var lines = Read($"person\n4711\n\n{new string('9', 257)}\n47\t12\n4713,x\n\"4714\n4711\n\"4715\"\n\"47\"\"16\"\n 4717 \r\n   \n4\u00007\n");
        Assert.Equal(
            [
                (2, "4711", null, 0), (3, "", "'person' is missing", 0), (4, new string('9', 256), "'person' has more than 256 characters", 0),
                (5, "47\t12", "'person' has control characters", 0), (6, "4713,x", "more than one cell", 0), (7, "\"4714", "a quote that is not closed, or text beside a quote", 0),
                (8, "4711", null, 2), (9, "4715", null, 0), (10, "47\"16", null, 0), (11, "4717", null, 0), (12, "", "'person' is missing", 0), (13, "4\u00007", "'person' has control characters", 0),
            ],
            lines.Select(line => (line.Number, line.Person, line.Mistake, line.SameAs)));
    }

    [Fact]
    public void A_line_that_is_not_UTF8_costs_itself_alone()
    {
        File.WriteAllBytes(path, [.. "person\n4711\n"u8, 0x93, 0xfa, .. "\n4712\n"u8]);
        Assert.Equal([null, "not valid UTF-8", null], PeopleList.Read(path).Select(line => line.Mistake));
    }

    [Fact]
    public void A_byte_order_mark_and_a_last_line_without_an_end_are_no_mistake()
    {
        File.WriteAllBytes(path, [0xef, 0xbb, 0xbf, .. "person\r\n宛名一"u8]);
        Assert.Equal(["宛名一"], PeopleList.Read(path).Select(line => line.Person));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("person\n", "no people")]
    [InlineData("4711\n4712\n", "the header must be 'person'")]
    [InlineData("person,name\n4711,x\n", "the header must be 'person'")]
    public void A_file_that_is_no_such_list_is_refused_as_a_whole(string text, string why)
    {
        var thrown = Assert.Throws<ListException>(() => Read(text));
        Assert.Contains(why, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", thrown.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(path);

    IReadOnlyList<ListLine> Read(string text)
    {
        File.WriteAllText(path, text);
        return PeopleList.Read(path);
    }
}
