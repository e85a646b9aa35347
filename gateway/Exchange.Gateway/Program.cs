using System.CommandLine;
using Exchange.Gateway;
using Exchange.Gateway.Commands;
using Exchange.Hosting.Commands.Help;

// A hub that is stopped still answers what is in flight, and writes down what it counted.
var parsed = GatewayProgram.Create().InUsersLanguage(typeof(GatewayProgram).Assembly).Parse(args);
return AuditCommand.ExitCode(parsed, await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }).ConfigureAwait(false));
