using System.CommandLine;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Commands;

/// <summary>Tokens for an agency's own systems, where it has no issuer of its own.</summary>
static class TokenCommands
{
    public static Command Create(string kind)
    {
        var config = ConfigOption.Create();
        var caller = new Option<string>("--caller") { Description = "Name of the caller, as in callers.yaml.", Required = true };
        var key = new Option<string>("--key") { Description = "The caller's private key, mode 0600, made by 'token new-key'.", Required = true, HelpName = "FILE" };
        var hours = new Option<int>("--hours") { Description = "How long it is valid, 1 to 24.", DefaultValueFactory = _ => TokenCommand.DefaultHours };
        var command = new Command("token", "Print a token with which one of this agency's systems calls the local API.") { config, caller, key, hours, NewKey() };
        command.SetAction(parsed => Outcome.Of(() => TokenCommand.Run(
            AdapterOptions.Read(parsed.GetRequiredValue(config), $"exchange-{kind}").LocalApi.CallersFile, [.. DataSetCatalogue.All.Select(one => one.Id)],
            parsed.GetRequiredValue(caller), parsed.GetRequiredValue(key), parsed.GetValue(hours), TimeProvider.System, Console.Out, Console.Error)));
        return command;
    }

    static Command NewKey()
    {
        var key = new Option<string>("--key") { Description = "Where to write the private key, mode 0600.", Required = true, HelpName = "FILE" };
        var publicKey = new Option<string>("--public-key") { Description = "Where to write the public key, which callers.yaml names.", Required = true, HelpName = "FILE" };
        var command = new Command("new-key", "Draw the key with which a caller's tokens are signed.") { key, publicKey };
        command.SetAction(parsed => Outcome.Of(() =>
        {
            LocalTokens.CreateKey(parsed.GetRequiredValue(key), parsed.GetRequiredValue(publicKey));
            return Outcome.Done;
        }));
        return command;
    }
}
