using System.CommandLine;
using Exchange.KeyAuthority.Commands;

var root = new RootCommand("The key authority: the second key holder, needed when people are enrolled and agencies admitted, at no lookup. The same body may run a witness of hubs' logs.")
{
    InitCommand.Create(),
    AdmitCommand.Create(),
    ServeCommand.Create(),
    WitnessCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
