using System.CommandLine;
using Exchange.Reckoning;

const int good = 0, bad = 1, unread = 2;

var log = new Option<string>("--log") { Description = "The hub's audit.db.", Required = true, HelpName = "FILE" };
var journals = new Option<string[]>("--journal") { Description = "Whose journal, its file, and the file of its keys, such as jp.tax=tax/state/journal.db,tax/keys/journal-keys.json; one for each agency.", Required = true, HelpName = "AGENCY=FILE,KEYS", AllowMultipleArgumentsPerToken = true };
var root = new RootCommand("Holds agencies' journals against a hub's log, from the files alone: no answer without its entry, none twice, none to somebody else.") { log, journals };
root.SetAction(parsed =>
{
    var files = new Dictionary<string, Journal>();
    foreach (var one in parsed.GetRequiredValue(journals))
        if (one.Split('=', ',') is not [{ Length: > 0 } agency, var file, var keys] || !File.Exists(file) || !File.Exists(keys) || !files.TryAdd(agency, new Journal(file, keys)))
            return Unread($"--journal {one}: give AGENCY=FILE,KEYS, each agency once, and files that are there");
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
