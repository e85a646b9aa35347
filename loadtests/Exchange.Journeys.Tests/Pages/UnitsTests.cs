using System.Text.RegularExpressions;

namespace Exchange.Journeys.Tests.Pages;

/// <summary>The units with which systemd starts the programs; what systemd itself says of them is asked by .ci/units.</summary>
public sealed partial class UnitsTests
{
    static readonly string[] places = ["gateway", "adapters"];

    [Fact]
    public void Every_unit_starts_a_program_with_a_command_line_that_it_takes_and_every_program_has_one()
    {
        var started = places.SelectMany(place => Directory.GetFiles(Folder(place), "*.service")).Select(unit =>
        {
            var words = ExecStart().Match(File.ReadAllText(unit)).Groups["words"].Value.Replace("%i", "town", StringComparison.Ordinal).Split(' ');
            var program = PublishedProgram.All.Single(one => one.Name == Path.GetFileName(words[0]));
            Assert.Empty(program.Create().Parse(words[1..]).Errors);
            return program.Name;
        });
        Assert.Equal(PublishedProgram.All.Select(one => one.Name).Order(), started.Distinct().Order());
    }

    [Fact]
    public void The_hubs_units_and_the_agencies_come_with_the_same_sandbox()
    {
        var sandboxes = places.Select(place => File.ReadAllText(Path.Combine(Folder(place), "exchange-.service.d", "sandbox.conf")));
        Assert.Single(sandboxes.Distinct());
    }

    static string Folder(string place) => Path.Combine(Repository.Root, place, "systemd");

    [GeneratedRegex("^ExecStart=(?<words>.*)$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();
}
