using System.CommandLine;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;

namespace Exchange.Adapter.Commands;

/// <summary>Turns the agency's list of people into pseudonyms. Numbers are read, blinded and forgotten.</summary>
static class EnrolCommand
{
    public static Command Create(string kind)
    {
        var config = ConfigOption.Create();
        var changed = new Option<string?>("--changed")
        {
            Description = "Local keys, one a line, whose number was officially changed: they stay found by the earlier number too. Anybody else with another number than before is corrected: the earlier one was wrong and leads to them no more.",
            HelpName = "FILE",
        };
        var onlyNew = new Option<bool>("--only-new") { Description = "Pass over people who are enrolled and not listed by --changed: quick after an interruption, blind to corrected numbers." };
        var batch = new Option<int>("--batch") { Description = "People in a batch, 1 to 4096.", DefaultValueFactory = _ => 4096 };
        var command = new Command("enrol", "Enrol the people listed under 'people' in the sources file. Running it again changes nothing; the adapter must not be serving meanwhile.") { config, changed, onlyNew, batch };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            kind, parsed.GetRequiredValue(config), parsed.GetValue(changed), parsed.GetValue(onlyNew), Math.Clamp(parsed.GetValue(batch), 1, 4096), stop)));
        return command;
    }

    static async Task<int> Run(string kind, string config, string? changed, bool onlyNew, int batch, CancellationToken stop)
    {
        var options = AdapterOptions.Read(config, $"exchange-{kind}");
        if (options.Sources is null)
            return Outcome.Fail($"{config}: 'sources' is missing; enrolment reads the list of people described there.");
        await using var data = MappingFile.Read(options.Sources, DataSetCatalogue.OfKind(kind));
        if (data.People is not { } list)
            return Outcome.Fail($"{options.Sources}: 'people' is missing; say where the list of people and numbers is.");

        var bad = new List<BadLine>();
        var how = new EnrolmentOptions
        {
            Epoch = options.Epoch,
            Changed = changed is null ? ChangedNumbers.None : ChangedNumbers.Read(changed),
            OnlyNew = onlyNew,
            BatchSize = batch,
        };
        EnrolmentResult result;
        try
        {
            result = await AgencyEnrolment.Run(options, list, how, TimeProvider.System, bad.Add, new Lines(), stop).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            return Outcome.Fail(e.Message);
        }
        var counts = result.Counts;
        Console.WriteLine(
            $"Enrolled: {counts.New} new, {counts.Corrected} corrected, {counts.Changed} changed, {counts.Unchanged} unchanged; {result.Bad} lines passed over; {result.Quarantined.Sum(group => group.Count)} quarantined.");
        // Refused before a line was read, the list of the last run still holds.
        if ((result.Refusal is null || bad.Count > 0) && EnrolmentLists.WriteBad(options.State, bad) is { } badLines)
            Console.WriteLine($"The lines passed over, with their reasons, are in {badLines}.");
        if (EnrolmentLists.WriteQuarantined(options.State, result.Quarantined) is { } quarantined)
            Console.WriteLine($"Persons who share one number, and are not asked or answered about until it is mended, are in {quarantined}.");
        return result.Refusal is { } stopped ? Outcome.Fail(Reasons.Describe(stopped)) : Outcome.Done;
    }

    /// <summary>One line a batch, for people and for programs that watch.</summary>
    sealed class Lines : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) =>
            Console.WriteLine(value.Waiting is { } waiting ? $"waiting: {waiting.Message}" : $"enrolled {value.Enrolled}");
    }
}
