using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;

namespace Exchange.Adapter.Commands;

/// <summary>Turns the agency's list of people into pseudonyms. Numbers are read, blinded and forgotten.</summary>
static class EnrolCommand
{
    public static Command Create(string kind)
    {
        var config = ConfigOption.Create();
        var onlyNew = new Option<bool>("--only-new") { Description = "Pass over people who are enrolled: quick after an interruption, blind to changed numbers." };
        var batch = new Option<int>("--batch") { Description = "People in a batch, 1 to 4096.", DefaultValueFactory = _ => 4096 };
        var command = new Command("enrol", "Enrol the people listed under 'people' in the sources file. Running it again changes nothing; the adapter must not be serving meanwhile.") { config, onlyNew, batch };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(kind, parsed.GetRequiredValue(config), parsed.GetValue(onlyNew), Math.Clamp(parsed.GetValue(batch), 1, 4096), stop)));
        return command;
    }

    static async Task<int> Run(string kind, string config, bool onlyNew, int batch, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var options = AdapterOptions.Read(config, $"exchange-{kind}");
        if (options.Sources is null)
            return Outcome.Fail($"{config}: 'sources' is missing; enrolment reads the list of people described there.");
        await using var data = MappingFile.Read(options.Sources, DataSetCatalogue.OfKind(kind));
        if (data.People is not { } list)
            return Outcome.Fail($"{options.Sources}: 'people' is missing; say where the list of people and numbers is.");

        using var keys = AgencyKeys.Read(options.Keys);
        using var people = People.Open(Path.Combine(options.State, "people.db"), keys.ClosingId, time);
        using var certificate = PemFiles.Read(options.Certificate, options.Key);
        using var signer = new AgencySigner(certificate);
        using var certificates = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time);
        using var channels = new HubChannels(options.Hubs, 1, certificate, certificates, time);
        using var pinned = new PinnedAuthority(X509CertificateLoader.LoadCertificateFromFile(options.AuthorityCertificate), Convert.FromHexString(options.HubPoint));
        if (await channels.RefreshRevocationList(stop).ConfigureAwait(false) is { } refusal)
            return Outcome.Fail(Reasons.Describe(refusal));

        var enroller = new Enroller(people, keys.Closing, signer, pinned, channels.Next().Channel, new EnrolmentOptions { Epoch = options.Epoch, OnlyNew = onlyNew, BatchSize = batch }, time);
        var bad = new List<BadLine>();
        var result = await enroller.Run(list, bad.Add, new Lines(), stop).ConfigureAwait(false);
        var (added, changed, unchanged) = result.Counts;
        Console.WriteLine($"Enrolled: {added} new, {changed} changed, {unchanged} unchanged; {bad.Count} lines passed over; {result.Quarantined.Sum(group => group.Count)} quarantined.");
        WriteBad(bad, Path.Combine(options.State, "enrolment-bad.csv"));
        WriteQuarantined(result.Quarantined, Path.Combine(options.State, "enrolment-quarantined.csv"));
        return result.Refusal is { } stopped ? Outcome.Fail(Reasons.Describe(stopped)) : Outcome.Done;
    }

    static void WriteBad(List<BadLine> bad, string path)
    {
        File.Delete(path);
        if (bad.Count == 0)
            return;
        File.WriteAllLines(path, bad.Select(line => $"{line.Line},{line.Column},{line.Reason}").Prepend("line,column,reason"));
        Console.WriteLine($"The lines passed over, with their reasons, are in {path}.");
    }

    static void WriteQuarantined(IReadOnlyList<IReadOnlyList<string>> groups, string path)
    {
        File.Delete(path);
        if (groups.Count == 0)
            return;
        File.WriteAllLines(path, groups.SelectMany((group, i) => group.Select(key => $"{i + 1},{key}")).Prepend("group,person"));
        Console.WriteLine($"Persons who share one number, and are not asked or answered about until it is mended, are in {path}.");
    }

    /// <summary>One line a batch, for people and for programs that watch.</summary>
    sealed class Lines : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) =>
            Console.WriteLine(value.Waiting is { } waiting ? $"waiting: {waiting.Message}" : $"enrolled {value.Enrolled}");
    }
}
