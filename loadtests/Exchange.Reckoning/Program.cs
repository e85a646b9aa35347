using System.CommandLine;
using Exchange.Reckoning;

const int good = 0, bad = 1, unread = 2;

var log = new Option<string>("--log") { Description = "The hub's audit.db.", Required = true, HelpName = "FILE" };
var journals = new Option<string[]>("--journal") { Description = "A journal and whose it is, such as jp.tax=tax/state/journal.db; one for each agency.", Required = true, HelpName = "AGENCY=FILE", AllowMultipleArgumentsPerToken = true };
var root = new RootCommand("Holds agencies' journals against a hub's log, from the files alone: no answer without its entry, none twice, none to somebody else.") { log, journals };
root.SetAction(parsed =>
{
    var files = new Dictionary<string, string>();
    foreach (var one in parsed.GetRequiredValue(journals))
        if (one.Split('=', 2) is not [{ Length: > 0 } agency, { Length: > 0 } file] || !File.Exists(file) || !files.TryAdd(agency, file))
            return Unread($"--journal {one}: give AGENCY=FILE, each agency once, and a file that is there");
    if (!File.Exists(parsed.GetRequiredValue(log)))
        return Unread($"--log {parsed.GetRequiredValue(log)}: there is no such file");

    var found = Invariants.Check(parsed.GetRequiredValue(log), files);
    var (entries, lookups) = (Books.Log(parsed.GetRequiredValue(log)).Count, Books.Lookups(parsed.GetRequiredValue(log)).Count);
    Console.WriteLine($"log: {entries} entries, {lookups} of them lookups");
    foreach (var (agency, file) in files)
        Console.WriteLine($"{agency}: {Books.Asked(agency, file).Count} asked, {Books.Answered(agency, file).Count} answered");
    foreach (var breach in found.CountBy(one => one.Breach))
        Console.WriteLine($"{breach.Key}: {breach.Value}, first {found.First(one => one.Breach == breach.Key).Request}");
    Console.WriteLine(found.Count == 0 ? "journals and log agree" : $"{found.Count} breaches");
    return found.Count == 0 ? good : bad;
});
return await root.Parse(args).InvokeAsync();

static int Unread(string why)
{
    Console.Error.WriteLine(why);
    return unread;
}
