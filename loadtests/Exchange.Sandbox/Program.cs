using System.CommandLine;
using Exchange.Sandbox;
using Exchange.Sandbox.Story;

var state = new Option<string>("--state")
{
    Description = "Folder of everything the exchange keeps: CA, keys, records, stores, logs. A second start continues from it.",
    DefaultValueFactory = _ => "sandbox-state",
    HelpName = "DIR",
};
var once = new Option<bool>("--once") { Description = "Stop after the story: exit code 0 when everything went as promised." };
var redis = new Option<string?>("--redis") { Description = "A real Redis in place of the one built in.", HelpName = "HOST:PORT" };
var story = new Option<string[]>("--story") { Description = $"What is told, of {string.Join(", ", Stories.All)}; all of it when not given.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
story.AcceptOnlyFromAmong(Stories.All);
var root = new RootCommand(
    "A whole exchange on this machine: a certificate authority, the key authority, a witness, the hub, the tax agency, the pension service and two towns, "
    + "each a process of its own with two thousand people who do not exist. Lookups are told as they happen; then it stays up for yours.")
{
    state, once, redis, story,
};
root.SetAction((parsed, stop) => Sandbox.Run(
    new SandboxOptions(parsed.GetRequiredValue(state), parsed.GetValue(once), parsed.GetValue(redis), parsed.GetValue(story) is { Length: > 0 } named ? named : Stories.All), TimeProvider.System, stop));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }).ConfigureAwait(false);
