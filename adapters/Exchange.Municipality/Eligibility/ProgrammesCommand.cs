using System.CommandLine;
using Exchange.Adapter;
using Exchange.Adapter.Commands;
using Exchange.Hosting.Commands;

namespace Exchange.Municipality.Eligibility;

/// <summary>Shows the programmes of this town without serving.</summary>
static class ProgrammesCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("programmes", "List the benefit programmes on which this municipality decides: versions, the days on which each is in force, and days without a rule. Exit code 0: the file is good; 1: it is not, and every mistake is named.") { config };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            Write(AdapterOptions.Read(parsed.GetRequiredValue(config), "exchange-municipality").Programmes, Console.Out);
            return Outcome.Done;
        }));
        return command;
    }

    /// <param name="path">Null: those that the program has.</param>
    /// <exception cref="Hosting.Configuration.ConfigurationException">With every mistake of the file.</exception>
    internal static void Write(string? path, TextWriter output)
    {
        var programmes = path is null ? Programmes.Shipped : ProgrammesFile.Read(path);
        var table = new RowWriter(output, RowFormat.Table, ["programme", "version", "in force", "legal basis"]);
        foreach (var one in programmes.All)
            table.Write([one.Name, one.Version, one.Days, one.LegalBasis]);
        table.Finish();
        foreach (var gap in programmes.Gaps)
            output.WriteLine($"Notice: {gap}.");
        output.WriteLine(path is null ? "These are the program's own; 'programmes' in adapter.yaml names a file instead." : $"As {path} says.");
    }
}
