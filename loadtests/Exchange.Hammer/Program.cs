using System.CommandLine;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Commands;

var root = new RootCommand("Measures an exchange on this machine beside what it is compared with, breaks it under load, and writes down what came out.")
{
    MeasureCommands.Compare(),
    MeasureCommands.Run(),
    AblationCommand.Create(),
    AppendCommand.Create(),
    BulkCommand.Create(),
    ConnectionsCommand.Create(),
    CurvesCommand.Create(),
    FairnessCommand.Create(),
    OfficesCommand.Create(),
    SoakCommand.Create(),
    KillsCommand.Create(),
    PlanCommand.Create(),
    ReportCommand.Create(),
};
foreach (var hidden in ServeCommands.Create().Concat(RelayCommands.Create()).Append(RequesterCommand.Create()).Append(AssailantCommand.Create()).Append(ListerCommand.Create()))
    root.Add(hidden);
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
