using System.CommandLine;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;

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
        var delta = new Option<string?>("--delta")
        {
            Description = "Instead of the list, what changed since: a CSV file with the columns change, key and number, or those that 'deltas' names in the sources file. Each line in turn: born, moved_in, number_changed, number_corrected, moved_out, died, removed. Running it again changes nothing.",
            HelpName = "FILE",
        };
        var batch = new Option<int>("--batch") { Description = "People in a batch, 1 to 4096.", DefaultValueFactory = _ => 4096 };
        var command = new Command("enrol", "Enrol the people listed under 'people' in the sources file. Running it again changes nothing; the adapter must not be serving meanwhile.") { config, changed, onlyNew, delta, batch };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(
            kind, parsed.GetRequiredValue(config), parsed.GetValue(changed), parsed.GetValue(onlyNew), parsed.GetValue(delta), Math.Clamp(parsed.GetValue(batch), 1, 4096), stop)));
        return command;
    }

    static async Task<int> Run(string kind, string config, string? changed, bool onlyNew, string? delta, int batch, CancellationToken stop)
    {
        if (delta is not null && (changed is not null || onlyNew))
            return Outcome.Fail("--delta takes the place of the list; --changed and --only-new speak of the list. Give one of them.");
        var options = AdapterOptions.Read(config, $"exchange-{kind}");
        if (options.Sources is null)
            return Outcome.Fail($"{config}: 'sources' is missing; enrolment reads the list of people described there.");
        await using var data = MappingFile.Read(options.Sources, DataSetCatalogue.OfKind(kind), new SourceSettings { TakesDropped = false });
        if (data.People is not { } list)
            return Outcome.Fail($"{options.Sources}: 'people' is missing; say where the list of people and numbers is.");

        var how = new EnrolmentOptions
        {
            Epoch = options.Epoch,
            Changed = changed is null ? ChangedNumbers.None : ChangedNumbers.Read(changed),
            OnlyNew = onlyNew,
            BatchSize = batch,
        };
        var progress = new Lines();
        try
        {
            return await (delta is null ? EnrolList(options, list, how, progress, stop) : EnrolDelta(options, delta, data.Deltas?.Format ?? DeltaFormat.Default, how, progress, stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Outcome.Fail($"Stopped after {Counted.Of(progress.Enrolled, "person", "people")}; the same command goes on from there.");
        }
        catch (SourceException e)
        {
            return Outcome.Fail(e.Message);
        }
        catch (StoreException e) when (e.Fault == StoreFault.InUse)
        {
            return Outcome.Fail($"{e.Message}.{Environment.NewLine}{WhileServing(data.Deltas)}");
        }
    }

    static async Task<int> EnrolList(AdapterOptions options, IPeople list, EnrolmentOptions how, Lines progress, CancellationToken stop)
    {
        var bad = new List<BadLine>();
        EnrolmentResult result = null!;
        await Admission.UntilKnown(
            async () =>
            {
                bad.Clear();
                result = await AgencyEnrolment.Run(options, list, how, TimeProvider.System, bad.Add, progress, stop).ConfigureAwait(false);
                return result.Refusal;
            },
            Console.WriteLine, TimeProvider.System, stop).ConfigureAwait(false);
        var counts = result.Counts;
        Console.WriteLine(
            $"Enrolled: {counts.New} new, {counts.Corrected} corrected, {counts.Changed} changed, {counts.Unchanged} unchanged; {result.Bad} lines passed over; {result.Quarantined.Sum(group => group.Count)} quarantined.");
        return Tell(options, bad, result.Quarantined, result.Refusal);
    }

    static async Task<int> EnrolDelta(AdapterOptions options, string file, DeltaFormat format, EnrolmentOptions how, Lines progress, CancellationToken stop)
    {
        DeltaResult result = null!;
        await Admission.UntilKnown(
            async () => (result = await AgencyEnrolment.Run(options, file, format, how, TimeProvider.System, progress, stop).ConfigureAwait(false)).Refusal,
            Console.WriteLine, TimeProvider.System, stop).ConfigureAwait(false);
        Console.WriteLine($"{Path.GetFileName(file)}: {result}.");
        return Tell(options, result.Bad, result.Quarantined, result.Refusal);
    }

    static int Tell(AdapterOptions options, IReadOnlyList<BadLine> bad, IReadOnlyList<IReadOnlyList<string>> quarantinedGroups, Refusal? refusal)
    {
        // Refused before a line was read, the list of the last run still holds.
        if ((refusal is null || bad.Count > 0) && EnrolmentLists.WriteBad(options.State, bad) is { } badLines)
            Console.WriteLine($"The lines passed over, with their reasons, are in {badLines}.");
        if (EnrolmentLists.WriteQuarantined(options.State, quarantinedGroups) is { } quarantined)
            Console.WriteLine($"Persons who share one number, and are not asked or answered about until it is mended, are in {quarantined}.");
        return refusal is { } stopped ? Outcome.Fail(Reasons.Describe(stopped)) : Outcome.Done;
    }

    static string WhileServing(DeltaPlace? deltas) =>
        (deltas is { Files: var files }
            ? $"If that is the adapter, let it serve and put what changed into {files.Folder}, as {files.Name}: it does so by itself, within seconds."
            : "If that is the adapter, it can do changes of people by itself while it serves: name a folder for them ('deltas' under 'people' in the sources file) and start it again.")
        + " To enrol the whole list, stop it, run this again, and start it.";

    /// <summary>One line a batch, for people and for programs that watch.</summary>
    sealed class Lines : IProgress<EnrolmentProgress>
    {
        /// <summary>Saved so far.</summary>
        public int Enrolled { get; private set; }

        public void Report(EnrolmentProgress value)
        {
            Enrolled = value.Enrolled;
            Console.WriteLine(value.Waiting is { } waiting ? $"waiting: {waiting.Message}" : $"enrolled {value.Enrolled}");
        }
    }
}
