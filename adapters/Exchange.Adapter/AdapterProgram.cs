using System.CommandLine;
using Exchange.Adapter.Commands;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Audit;
using Exchange.Adapter.Commands.Contracts;
using Exchange.Adapter.Commands.Doctor;
using Exchange.Adapter.Commands.Journals;

namespace Exchange.Adapter;

/// <summary>The program of an agency: the same commands for every kind.</summary>
public static class AdapterProgram
{
    public static Task<int> Run(AgencyKind kind, string[] args)
    {
        var root = new RootCommand($"{kind.Title} It asks other agencies and answers them through a hub that never learns who is asked about.")
        {
            InitCommand.Create(kind),
            InitKeysCommand.Create(),
            EnrolCommand.Create(kind.Name),
            ServeCommand.Create(kind),
            TokenCommands.Create(kind.Name),
            JournalCommand.Create(kind.Name),
            AuditCommand.Create(kind.Name),
            AskCommand.Create(),
            ContractCommand.Create(),
            ContractTestCommand.Create(kind.Name),
            DoctorCommand.Create(kind.Name),
        };
        foreach (var command in kind.Commands)
            root.Add(command);
        // A list that is interrupted still writes its report.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }
}
