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
}
