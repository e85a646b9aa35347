using System.CommandLine;
using Exchange.Hammer.Commands;

var root = new RootCommand("Measures an exchange on this machine beside what it is compared with, breaks it under load, and writes down what came out.")
{
    RunCommand.Create(),
    AppendCommand.Create(),
    PlanCommand.Create(),
    KillsCommand.Create(),
    DirectProviderCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
