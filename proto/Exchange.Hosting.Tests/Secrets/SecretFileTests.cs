using System.Text;
using Exchange.Hosting.Secrets;

namespace Exchange.Hosting.Tests.Secrets;

public sealed class SecretFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.UserExecute)]
    public void A_file_wider_than_0600_is_refused_with_the_command_to_run(UnixFileMode extra)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        var path = folder["key"];
        SecretFile.Write(path, "secret-content"u8);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);

        var refused = Assert.Throws<SecretFileException>(() => SecretFile.Read(path));

        Assert.Contains($"chmod 600 '{path}'", refused.Message);
        Assert.DoesNotContain("secret-content", refused.ToString());
    }

    [Fact]
    public void A_link_to_a_file_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        File.WriteAllText(folder["open"], "x");
        File.SetUnixFileMode(folder["open"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(folder["key"], folder["open"]);

        Assert.Throws<SecretFileException>(() => SecretFile.Read(folder["key"]));
    }

    [Fact]
    public void What_was_written_is_read_back_and_nobody_else_may_read_it()
    {
        SecretFile.Write(folder["key"], "first"u8);

        Assert.Equal("first", Encoding.UTF8.GetString(SecretFile.Read(folder["key"])));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["key"]));
    }

    [Fact]
    public void A_read_only_secret_is_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        SecretFile.Write(folder["key"], "mounted"u8);
        File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead);

        Assert.Equal("mounted"u8, SecretFile.Read(folder["key"]));
    }

    [Fact]
    public void An_existing_file_is_kept_unless_overwriting_is_asked_for()
    {
        SecretFile.Write(folder["key"], "first"u8);

        Assert.Throws<SecretFileException>(() => SecretFile.Write(folder["key"], "second"u8));
        Assert.Equal("first"u8, SecretFile.Read(folder["key"]));

        SecretFile.Write(folder["key"], "third"u8, overwrite: true);
        Assert.Equal("third"u8, SecretFile.Read(folder["key"]));
    }

    [Fact]
    public void Overwriting_a_file_that_was_open_to_others_closes_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        File.WriteAllText(folder["key"], "old");
        File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        SecretFile.Write(folder["key"], "new"u8, overwrite: true);

        Assert.Equal("new"u8, SecretFile.Read(folder["key"]));
    }

    [Fact]
    public void A_write_that_fails_leaves_nothing_beside_it()
    {
        Directory.CreateDirectory(folder["key"]);

        Assert.ThrowsAny<Exception>(() => SecretFile.Write(folder["key"], "x"u8, overwrite: true));
        Assert.Equal(["key"], folder.Names);
    }

    [Fact]
    public void An_absent_and_an_enormous_file_are_refused_by_name()
    {
        Assert.Contains("does not exist", Assert.Throws<SecretFileException>(() => SecretFile.Read(folder["none"])).Message);

        SecretFile.Write(folder["key"], "x"u8);
        using (var file = File.OpenWrite(folder["key"]))
            file.SetLength(SecretFile.MaximumBytes + 1L);
        Assert.Contains(folder["key"], Assert.Throws<SecretFileException>(() => SecretFile.Read(folder["key"])).Message);
    }
}
