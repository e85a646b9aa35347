using System.CommandLine;
using Exchange.Gateway.Commands;
using Exchange.Gateway.Commands.Agencies;
using Exchange.Gateway.Commands.Begin;

namespace Exchange.Gateway;

/// <summary>The program of a hub.</summary>
public static class GatewayProgram
{
    public static RootCommand Create() => new("The hub of an exchange: it brings sealed questions from agency to agency and never learns who they are about.")
    {
        InitCommand.Create(),
        CheckCommand.Create(),
        AgencyCommand.Create(),
        ServeCommand.Create(),
        AuditCommand.Create(),
    };
}
