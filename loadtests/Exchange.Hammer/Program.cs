using System.CommandLine;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Commands;

var root = new RootCommand("Measures an exchange on this machine beside what it is compared with, breaks it under load, and writes down what came out.")
{
    MeasureCommands.Compare(),
    MeasureCommands.Run(),
    AppendCommand.Create(),
    ConnectionsCommand.Create(),
    SoakCommand.Create(),
    BulkCommand.Create(),
    AblationCommand.Create(),
    OfficesCommand.Create(),
    ReportCommand.Create(),
    PlanCommand.Create(),
    KillsCommand.Create(),
};
foreach (var hidden in ServeCommands.Create().Concat(RelayCommands.Create()).Append(RequesterCommand.Create()))
    root.Add(hidden);
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
