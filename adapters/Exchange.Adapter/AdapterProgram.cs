using System.CommandLine;
using System.Reflection;
using Exchange.Adapter.Commands;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Audit;
using Exchange.Adapter.Commands.Contracts;
using Exchange.Adapter.Commands.Doctor;
using Exchange.Adapter.Commands.Journals;
using Exchange.Adapter.Commands.Protection;
using Exchange.Adapter.Commands.Recalls;
using Exchange.Hosting.Commands.Help;

namespace Exchange.Adapter;

/// <summary>The program of an agency: the same commands for every kind.</summary>
public static class AdapterProgram
{
    // A list that is interrupted still writes its report.
    public static Task<int> Run(AgencyKind kind, string[] args) =>
        Create(kind).InUsersLanguage(Areas(kind)).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

    public static RootCommand Create(AgencyKind kind)
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
            LettersCommand.Create(),
            ProtectCommand.Create(),
            ApprovalsCommand.Create(),
            RecallCommand.Create(),
            NoticesCommand.Create(),
            ContractCommand.Create(),
            ContractTestCommand.Create(kind.Name),
            DoctorCommand.Create(kind.Name),
        };
        foreach (var create in kind.Commands)
            root.Add(create());
        return root;
    }

    /// <summary>What embeds the Japanese of its help.</summary>
    public static IEnumerable<Assembly> Areas(AgencyKind kind) => new[] { typeof(AdapterProgram).Assembly, kind.Program }.OfType<Assembly>();
}
