using System.CommandLine;
using Exchange.Hosting.Commands;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Commands;

static class InitCommand
{
    internal static Command Create()
    {
        var keyFile = new Option<string>("--key-file") { Description = "Where to write the keys, mode 0600. Keep a copy in a safe place: without it nobody can enrol again.", Required = true, HelpName = "FILE" };
        var hubPoint = new Option<string>("--hub-point") { Description = "The hub's public point h*G in hex, as the gateway's init wrote it.", Required = true, HelpName = "FILE" };
        var command = new Command("init", "Draw the master key and write a new key file. Never overwrites one.") { keyFile, hubPoint };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(keyFile), parsed.GetRequiredValue(hubPoint)));
        return command;
    }

    static int Run(string keyFile, string hubPoint) => Outcome.Of(() =>
    {
        if (!TryReadPoint(hubPoint, out var point))
            return Outcome.Fail($"{hubPoint} does not hold a point: expected 64 hex digits, as the gateway's init writes them");
        var file = new KeyFile(keyFile);
        file.Create(point);
        Console.WriteLine($"Wrote {file.Path}. Next: admit AGENCY --key-file {keyFile}");
        return 0;
    });

    static bool TryReadPoint(string path, out byte[] point)
    {
        try
        {
            point = Convert.FromHexString(File.ReadAllText(path).Trim());
            return Ristretto.IsPoint(point);
        }
        catch (FormatException)
        {
            point = [];
            return false;
        }
    }
}
