using System.CommandLine;
using System.Text.Json;
using Exchange.Adapter.Asking;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Hammer.Commands;

/// <summary>Started by a run as a process of its own: an agency that asks until it is stopped, and says then what became of it.</summary>
static class AssailantCommand
{
    public const string Verb = "assailant";

    /// <summary>What it asks: a town the tax agency, or the pension service a town.</summary>
    public const string Income = "income", Household = "household";

    public const string PerSecond = "--per-second", AtOnce = "--at-once";

    /// <summary>Said when it asks.</summary>
    public const string Ready = "Asking.";

    /// <summary>Said at the end, before what it did as JSON.</summary>
    public const string Told = "Done: ";

    /// <summary>Before it says that it asks: the session is opened and code compiled.</summary>
    static readonly TimeSpan warmUp = TimeSpan.FromSeconds(2);

    /// <summary>Whoever started it ends it long before.</summary>
    static readonly TimeSpan longest = TimeSpan.FromMinutes(10);

    /// <summary>Questions under way at most in the open loop; of those that are refused at once that is plenty.</summary>
    const int Slots = 512;

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "Of the agency's adapter.", Required = true, HelpName = "FILE" };
        var agency = new Option<string>("--agency") { Description = "Its id.", Required = true };
        var kind = new Option<string>("--kind") { Description = "Its kind.", Required = true };
        var people = new Option<int>("--people") { Description = "Residents of the exchange.", Required = true };
        var question = new Option<string>("--question") { Description = "What is asked.", Required = true };
        question.AcceptOnlyFromAmong(Income, Household);
        var perSecond = new Option<int>(PerSecond) { Description = "Questions a second, whether or not they are answered." };
        var atOnce = new Option<int>(AtOnce) { Description = "How many ask at once, each again when it has its answer." };
        var command = new Command(Verb, "Ask without end until stopped. A run starts this by itself.") { config, agency, kind, people, question, perSecond, atOnce };
        command.Hidden = true;
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            new AgencyFolder(parsed.GetRequiredValue(agency), parsed.GetRequiredValue(kind), parsed.GetRequiredValue(agency), Path.GetDirectoryName(parsed.GetRequiredValue(config))!, nowhere, nowhere),
            Requests(parsed.GetRequiredValue(question), parsed.GetValue(people), parsed.GetRequiredValue(agency)), parsed.GetValue(perSecond), parsed.GetValue(atOnce), stop)));
        return command;
    }

    /// <summary>Its own systems have nothing to ask here.</summary>
    static readonly Uri nowhere = new("about:blank");

    static async Task<int> Run(AgencyFolder agency, IReadOnlyList<AskRequest> requests, int perSecond, int atOnce, CancellationToken stop)
    {
        await using var requester = await Requester.Start(agency, stop).ConfigureAwait(false);
        Task Ask(CountedQuestions questions, TimeSpan length) => perSecond > 0
            ? OpenLoop.Run(questions, perSecond, Slots, length, stop)
            : ClosedLoop.Run(questions, atOnce, length, stop);
        if (perSecond > 0)
            await Ask(new CountedQuestions(requester.Of<Asker>(), requests), warmUp).ConfigureAwait(false);
        var counted = new CountedQuestions(requester.Of<Asker>(), requests);
        var asking = Ask(counted, longest);
        Console.WriteLine(Ready);
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine(Told + JsonSerializer.Serialize(counted.Deeds));
        return stop.IsCancellationRequested ? Outcome.Done : Outcome.Fail("It could not ask on.");
    }

    static IReadOnlyList<AskRequest> Requests(string question, int people, string agency)
    {
        var residents = Population.Draw(people, [ExchangePlan.Chiyoda, ExchangePlan.Osaka]).Where(one => one is { MovedTo: null, WasAbroad: false, IsUnknownToTax: false });
        return question == Income
            ? [.. residents.Where(one => one.Town == agency).Select(TaxQuestion.Income.Ask)]
            : [.. residents.Where(one => one.IsKnownToPension && one.Town == ExchangePlan.Osaka).Select(one => new AskRequest(
                one.PensionKey, ExchangePlan.Osaka, "record-linking", DataSetCatalogue.Household.Id, new HouseholdQuestion().ToByteString(), "hammer", "load", null, ByteString.Empty))];
    }
}
