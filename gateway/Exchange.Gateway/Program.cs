using System.CommandLine;
using Exchange.Gateway.Commands;
using Exchange.Gateway.Commands.Agencies;

var root = new RootCommand("The hub of an exchange: it brings sealed questions from agency to agency and never learns who they are about.")
{
    InitCommand.Create(),
    CheckCommand.Create(),
    AgencyCommand.Create(),
    ServeCommand.Create(),
    AuditCommand.Create(),
};
// A hub that is stopped still answers what is in flight, and writes down what it counted.
var parsed = root.Parse(args);
return AuditCommand.ExitCode(parsed, await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }).ConfigureAwait(false));
