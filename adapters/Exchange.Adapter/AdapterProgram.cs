using System.CommandLine;
using Exchange.Adapter.Commands;

namespace Exchange.Adapter;

/// <summary>The program of an agency: the same commands for every kind.</summary>
public static class AdapterProgram
{
    /// <param name="kind">Such as <c>tax</c>.</param>
    /// <param name="title">Shown by --help.</param>
    public static Task<int> Run(string kind, string title, string[] args)
    {
        var root = new RootCommand($"{title} It asks other agencies and answers them through a hub that never learns who is asked about.")
        {
            InitKeysCommand.Create(),
            EnrolCommand.Create(kind),
            ServeCommand.Create(kind),
            TokenCommands.Create(kind),
        };
        return root.Parse(args).InvokeAsync();
    }
}
