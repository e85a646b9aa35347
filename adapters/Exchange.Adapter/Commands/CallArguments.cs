using System.CommandLine;
using Exchange.Adapter.Calling;
using Exchange.Hosting.Commands;

namespace Exchange.Adapter.Commands;

/// <summary>How a command that calls the local API is told where it is and as whom to call: by adapter.yaml and a caller's key, or by address, CA and token.</summary>
public sealed class CallArguments
{
    readonly Option<string?> config = new("--config") { Description = "This agency's adapter.yaml, on the machine of the adapter; with --caller-key it is all that is needed.", HelpName = "FILE" };
    readonly Option<string?> caller = new("--caller") { Description = "With --config: the name of a caller in callers.yaml; the only one that has a token when not given." };
    readonly Option<string?> callerKey = new("--caller-key") { Description = "With --config: the caller's private key, mode 0600, made by 'token new-key'.", HelpName = "FILE" };
    readonly Option<string> api = new("--api") { Description = "The local API of this agency's adapter, which must be serving.", DefaultValueFactory = _ => "https://localhost:7443", HelpName = "URL" };
    readonly Option<string?> ca = new("--ca") { Description = "PEM of the CA that vouches for the local API.", HelpName = "FILE" };
    readonly Option<string?> token = new("--token") { Description = "A token of a caller in callers.yaml, mode 0600. Either this or --cert and --key.", HelpName = "FILE" };
    readonly Option<string?> certificate = new("--cert") { Description = "The certificate of a caller in callers.yaml, PEM.", HelpName = "FILE" };
    readonly Option<string?> key = new("--key") { Description = "Its private key, PEM, mode 0600.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { config, caller, callerKey, api, ca, token, certificate, key })
            command.Add(option);
        command.Check(parsed =>
        {
            var byConfig = parsed.GetValue(config) is not null;
            if (byConfig && parsed.GetValue(callerKey) is null)
                parsed.AddError("--config goes with --caller-key.");
            if (byConfig && (parsed.GetValue(ca) ?? parsed.GetValue(token) ?? parsed.GetValue(certificate) ?? parsed.GetValue(key)) is not null)
                parsed.AddError("Give either --config and --caller-key, or --ca with --token or with --cert and --key.");
            if (byConfig)
                return;
            if (parsed.GetValue(ca) is null)
                parsed.AddError("Give --ca, or --config and --caller-key.");
            if (parsed.GetValue(token) is null == (parsed.GetValue(certificate) is null) || parsed.GetValue(certificate) is null != parsed.GetValue(key) is null)
                parsed.AddError("Give either --token, or --cert and --key.");
            if (parsed.GetValue(api) is { } given && !(Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps))
                parsed.AddError("--api must be an address such as https://localhost:7443.");
        });
    }

    /// <exception cref="Hosting.Configuration.ConfigurationException">Files named by the configuration have mistakes.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is no caller's.</exception>
    /// <exception cref="Hosting.Secrets.SecretFileException">It is absent or open to others.</exception>
    public LocalCall Read(ParseResult parsed) => parsed.GetValue(config) is { } file
        ? LocalCall.OfAdapter(AdapterOptions.Read(file, "exchange"), parsed.GetValue(caller), parsed.GetValue(callerKey)!, TimeProvider.System)
        : new LocalCall(new Uri(parsed.GetRequiredValue(api)), parsed.GetValue(ca)!, parsed.GetValue(token), parsed.GetValue(certificate), parsed.GetValue(key));
}
