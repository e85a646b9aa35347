using System.CommandLine;
using Exchange.KeyAuthority.Commands;

namespace Exchange.KeyAuthority;

/// <summary>The program of a key authority, and of a witness.</summary>
public static class KeyAuthorityProgram
{
    public static RootCommand Create() => new("The key authority: the second key holder, needed when people are enrolled and agencies admitted, at no lookup. The same body may run a witness of hubs' logs.")
    {
        InitCommand.Create(),
        AdmitCommand.Create(),
        CheckCommand.Create(),
        ServeCommand.Create(),
        WitnessCommand.Create(),
    };
}
