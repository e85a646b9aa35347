using System.Diagnostics;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Tests.Commands;

public sealed class CommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Keys_are_made_once_and_agencies_admitted_by_command()
    {
        var keys = Path.Combine(folder["authority"], "authority-keys.json");
        using var h = SecretScalar.Random();
        await File.WriteAllTextAsync(folder["hub.point"], Convert.ToHexStringLower(h.PublicPoint()) + "\n");
        string[] init = ["init", "--folder", folder["authority"], "--hub-point", folder["hub.point"], "--host", "authority.example"];
        var (code, output) = await Run(init);
        Assert.True(code == 0, output);
        var before = await File.ReadAllTextAsync(keys);
        (code, output) = await Run(init);
        Assert.Equal(0, code);
        Assert.Contains("kept", output, StringComparison.Ordinal);
        Assert.DoesNotContain("  new  ", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(keys));
        (code, output) = await Run("admit", "jp.tax", "--key-file", keys);
        Assert.Equal(0, code);
        Assert.Contains("version 2", output, StringComparison.Ordinal);
        (code, output) = await Run("admit", "JP.TAX", "--key-file", keys);
        Assert.Equal(1, code);
        Assert.Contains("not an agency id", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing here")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_hub_point_that_is_none_makes_no_key_file(string text)
    {
        await File.WriteAllTextAsync(folder["hub.point"], text);
        var (code, output) = await Run("init", "--folder", folder["authority"], "--hub-point", folder["hub.point"], "--host", "authority.example");
        Assert.Equal(1, code);
        Assert.Contains("does not hold a point", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["authority"]));
    }

    [Fact]
    public async Task Help_names_the_commands_and_a_missing_configuration_is_said_without_a_stack_trace()
    {
        var (code, output) = await Run("--help");
        Assert.Equal(0, code);
        foreach (var command in new[] { "init", "admit", "serve" })
            Assert.Contains(command, output, StringComparison.Ordinal);
        (code, output) = await Run("serve", "--config", folder["absent.yaml"]);
        Assert.Equal(1, code);
        Assert.Contains("does not exist", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KeyAuthority.Keys.KeyFile).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
