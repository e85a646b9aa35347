using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class ChangedNumbersTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void One_key_stands_on_each_line_with_or_without_space_around_it_and_a_byte_order_mark()
    {
        File.WriteAllText(path, "\uFEFF甲-1\r\n\n  b c \n甲-1");
        var changed = ChangedNumbers.Read(path);
        Assert.All(["甲-1", "b c"], key => Assert.True(changed.Contains(key)));
        Assert.All(["", "b", "c", "甲"], key => Assert.False(changed.Contains(key)));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_and_not_taken_for_other_keys()
    {
        File.WriteAllBytes(path, [0x8d, 0x62, (byte)'\n']);
        Assert.Contains("not valid UTF-8", Assert.Throws<ConfigurationException>(() => ChangedNumbers.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_too_long_for_a_key_are_told_by_number_and_not_shown()
    {
        File.WriteAllLines(path, ["a", new string('x', 257), "b", new string('x', 256), new string('y', 1000)]);
        Assert.Equal([(2, 1), (5, 1)], Problems().Select(problem => (problem.Line, problem.Column)));
        Assert.All(Problems(), problem => Assert.DoesNotContain("xx", problem.What, StringComparison.Ordinal));
    }

    IReadOnlyList<Problem> Problems() => Assert.Throws<ConfigurationException>(() => ChangedNumbers.Read(path)).Problems;
}
