using System.CommandLine;

namespace Exchange.Adapter.Commands;

public static class ConfigOption
{
    public static Option<string> Create() => new("--config") { Description = "This agency's adapter.yaml.", Required = true, HelpName = "FILE" };
}
