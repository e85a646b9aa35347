using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;

namespace Exchange.KeyAuthority.Commands;

static class AdmitCommand
{
    internal static Command Create()
    {
        var agency = new Argument<string>("AGENCY") { Description = "Agency id, as in its certificate: jp.mun.131016" };
        var keyFile = new Option<string>("--key-file") { Description = "The key file that init wrote.", Required = true, HelpName = "FILE" };
        var command = new Command("admit", "Admit an agency, which raises the version of the commitments. A serving authority notices by itself.") { agency, keyFile };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(agency), parsed.GetRequiredValue(keyFile)));
        return command;
    }

    static int Run(string agency, string keyFile) => Outcome.Of(() =>
    {
        if (!AgencyNames.IsId(agency))
            return Outcome.Fail($"'{agency}' is not an agency id: write lower-case letters, digits, dots and hyphens, such as jp.mun.131016");
        var file = new KeyFile(keyFile);
        var admitted = file.Admit(agency, TimeProvider.System);
        using var keys = file.Read();
        Console.WriteLine(admitted
            ? $"Admitted {agency} in epoch 1; the commitments are at version {keys.Commitments.Version}."
            : $"{agency} was admitted before; nothing changed.");
        return 0;
    });
}
