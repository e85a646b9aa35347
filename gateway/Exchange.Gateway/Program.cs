using System.CommandLine;
using Exchange.Gateway.Commands;

var root = new RootCommand("The hub of an exchange: it brings sealed questions from agency to agency and never learns who they are about.")
{
    InitCommand.Create(),
    CheckCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
