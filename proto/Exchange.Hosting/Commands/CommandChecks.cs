using System.CommandLine;
using System.CommandLine.Parsing;

namespace Exchange.Hosting.Commands;

/// <summary>What options of a command have to do with each other.</summary>
public static class CommandChecks
{
    /// <summary>Once each option by itself is well-formed: the mistakes of those that are not are told without this.</summary>
    public static void Check(this Command command, Action<CommandResult> check) => command.Validators.Add(parsed =>
    {
        try
        {
            check(parsed);
        }
        catch (InvalidOperationException) when (parsed.Children.Any(child => child.Errors.Any()))
        {
            // Thrown for the value of an option that has none, or that could not be read.
        }
    });
}
