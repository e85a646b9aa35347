using System.CommandLine;
using Exchange.Reckoning;

const int good = 0, bad = 1, unread = 2;

var log = new Option<string?>("--log") { Description = "The hub's audit.db.", HelpName = "FILE" };
var database = new Option<string?>("--log-database") { Description = "In its place: the environment variable with the connection string of the hub's log in PostgreSQL.", HelpName = "VARIABLE" };
var name = new Option<string>("--log-name") { Description = "The log's name there.", DefaultValueFactory = _ => "hub-1" };
var journals = new Option<string[]>("--journal") { Description = "Whose journal, its file, and the file of its keys, such as jp.tax=tax/state/journal.db,tax/keys/journal-keys.json; one for each agency.", Required = true, HelpName = "AGENCY=FILE,KEYS", AllowMultipleArgumentsPerToken = true };
var root = new RootCommand("Holds agencies' journals against a hub's log, from the files alone: no answer without its entry, none twice, none to somebody else.") { log, database, name, journals };
root.SetAction(parsed =>
{
    var books = new Dictionary<string, Journal>();
    foreach (var one in parsed.GetRequiredValue(journals))
        if (one.Split('=', ',') is not [{ Length: > 0 } agency, var journal, var keys] || !File.Exists(journal) || !File.Exists(keys) || !books.TryAdd(agency, new Journal(journal, keys)))
            return Unread($"--journal {one}: give AGENCY=FILE,KEYS, each agency once, and files that are there");
    var (file, variable) = (parsed.GetValue(log), parsed.GetValue(database));
    if (file is null == variable is null)
        return Unread("give either --log or --log-database");
    if (file is not null && !File.Exists(file))
        return Unread($"--log {file}: there is no such file");
    if (variable is not null && Environment.GetEnvironmentVariable(variable) is null or "")
        return Unread($"--log-database {variable}: this environment variable is not set");

    IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> read = [];
    var found = Invariants.Check(() => read = file is null ? Books.Log(Environment.GetEnvironmentVariable(variable!)!, parsed.GetRequiredValue(name)) : Books.Log(file), books);
    var (entries, lookups) = (read.Count, Books.Lookups(read).Count);
    Console.WriteLine($"log: {entries} entries, {lookups} of them lookups");
    foreach (var (agency, book) in books)
        Console.WriteLine($"{agency}: {Books.Asked(agency, book).Count} asked, {Books.Answered(agency, book).Count} answered");
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
