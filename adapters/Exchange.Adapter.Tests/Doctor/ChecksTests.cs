using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Exchange.Adapter.Doctor;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.Tests.Journal;
using Exchange.Protocol.DataSets;
using Microsoft.Extensions.Time.Testing;
using Records.Tax.V1;

using EnrolledPeople = Exchange.Adapter.Enrolment.People;

namespace Exchange.Adapter.Tests.Doctor;

public sealed class ChecksTests : IDisposable
{
    readonly ExaminedAgency agency = new();

    [Fact]
    public void Keys_that_others_may_read_keys_beside_the_databases_and_a_folder_that_others_may_enter_are_bad()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("modes of files are those of Unix");
            return;
        }
        Assert.DoesNotContain(FileChecks.Look(agency.Options), one => one.Mark == Mark.Bad && one.Check != "disk-room");

        File.SetUnixFileMode(agency.Options.Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.SetUnixFileMode(agency.Options.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        JournalKeys.Create(Path.Combine(agency.Options.State, "journal-keys.json"));
        var found = FileChecks.Look(agency.Options with { JournalKeys = Path.Combine(agency.Options.State, "journal-keys.json") }).ToList();
        Assert.Contains("chmod 600", Bad("agency-keys", found).Says, StringComparison.Ordinal);
        Assert.Contains("whoever copies that has both", Bad("keys-apart", found).Says, StringComparison.Ordinal);
        Assert.StartsWith("chmod 700", Bad("state-folder", found).Do, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_caller_is_told_in_the_singular()
    {
        File.WriteAllText(agency["callers.yaml"], $$"""
            callers:
              - name: benefits
                certificate: { sha256: {{new string('a', 64)}} }
                may_ask:
                  - task: benefit-eligibility
                    data_sets: [tax.income.v1]
            """);
        Assert.Equal("callers.yaml is good: 1 caller.", (await DataChecks.Sources("municipality", agency.Options))[0].Says);
    }

    [Fact]
    public void Keys_that_are_not_there_are_bad()
    {
        File.Delete(agency.Options.Keys);
        Assert.Contains("does not exist", Bad("agency-keys", FileChecks.Look(agency.Options)).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void What_else_listens_for_other_machines_is_named_by_its_port_and_our_own_and_loopback_is_not()
    {
        Assert.All(SurroundingChecks.Listeners(agency.Options, [new(IPAddress.Loopback, 5432), new(IPAddress.IPv6Loopback, 631), new(IPAddress.Loopback, 7443)]), one => Assert.Equal(Mark.Good, one.Mark));
        var found = SurroundingChecks.Listeners(agency.Options, [new(IPAddress.Any, 22), new(IPAddress.IPv6Any, 22), new(IPAddress.Parse("10.0.0.5"), 445)]).Single(one => one.Check == "listeners");
        Assert.Equal(Mark.Look, found.Mark);
        Assert.Contains("on ports 22, 445.", found.Says, StringComparison.Ordinal);
        var open = agency.Options with { LocalApi = agency.Options.LocalApi with { Listen = new IPEndPoint(IPAddress.Any, 7443) } };
        Assert.Equal(Mark.Look, SurroundingChecks.Listeners(open, []).Single(one => one.Check == "local-api").Mark);
    }

    [Fact]
    public async Task Whether_this_machine_reaches_the_internet_is_tried_by_a_connection()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var place = (IPEndPoint)server.LocalEndpoint;
        Assert.Equal(Mark.Look, (await SurroundingChecks.Internet([place], default)).Mark);
        server.Stop();
        Assert.Equal(Mark.Good, (await SurroundingChecks.Internet([place], default)).Mark);
    }

    [Fact]
    public void Nobody_enrolled_is_bad_and_persons_who_share_a_number_are_to_be_looked_at()
    {
        Assert.Equal(Mark.Bad, DataChecks.People(agency.Options).Single().Mark);
        using (var keys = AgencyKeys.Read(agency.Options.Keys))
        using (var people = EnrolledPeople.Open(Path.Combine(agency.Options.State, "people.db"), keys.ClosingId, 1, TimeProvider.System))
        {
            var (one, two) = (new byte[32], new byte[32]);
            two[0] = 1;
            people.Save([new EnrolledPerson("a", one)]);
            Assert.Equal("1 person is enrolled.", DataChecks.People(agency.Options).Single().Says);
            people.Save([new EnrolledPerson("b", two)]);
            Assert.Equal("2 people are enrolled.", DataChecks.People(agency.Options).Single().Says);
            people.Save([new EnrolledPerson("c", two)]);
        }
        Assert.Contains("3 people are enrolled, of whom 2 share a number", DataChecks.People(agency.Options).Single().Says, StringComparison.Ordinal);
        Assert.StartsWith("2 people are enrolled", DataChecks.People(agency.Options with { Canary = new CanaryQuestion("a", "tax", "t", DataSetCatalogue.Income, new IncomeQuestion()) }).Single().Says, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(agency.Options.State, "enrolment-bad.csv"), "line,column,reason,what\n3,number,NUMBER_INVALID,x\n");
        Assert.Contains("passed over 1 line of the list", DataChecks.People(agency.Options).First().Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_is_good_beside_its_writer_bad_when_it_keeps_too_long_and_bad_with_another_key()
    {
        Assert.Equal(Mark.Look, DataChecks.Journal(agency.Options, TimeProvider.System).Mark);
        using (var keys = JournalKeys.Read(agency.Options.JournalKeys))
        await using (var journal = AgencyJournal.Open(new JournalOptions(agency.Options.JournalFile), keys, TimeProvider.System))
        {
            Assert.Equal(Mark.Good, DataChecks.Journal(agency.Options, TimeProvider.System).Mark);
            await journal.Write(KeptJournal.Asked("sato", "P-1"));
            Assert.Equal(Mark.Good, DataChecks.Journal(agency.Options, TimeProvider.System).Mark);
            var late = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(3000));
            Assert.Contains("journal purge", DataChecks.Journal(agency.Options, late).Do, StringComparison.Ordinal);
        }
        File.Delete(agency.Options.JournalKeys);
        JournalKeys.Create(agency.Options.JournalKeys);
        Assert.Contains("does not open with its key", DataChecks.Journal(agency.Options, TimeProvider.System).Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, Mark.Good)]
    [InlineData(3, Mark.Look)]
    [InlineData(10, Mark.Bad)]
    public void Copies_are_as_good_as_the_newest_of_them(int days, Mark mark)
    {
        Assert.Equal(Mark.Unknown, DataChecks.Backup(agency.Options, TimeProvider.System).Mark);
        var copies = agency.Options with { Backup = agency["copies"] };
        Assert.Equal(Mark.Bad, DataChecks.Backup(copies, TimeProvider.System).Mark);
        Directory.CreateDirectory(agency["copies"]);
        File.WriteAllText(Path.Combine(agency["copies"], "people.db"), "");
        Assert.Equal(mark, DataChecks.Backup(copies, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(days))).Mark);
    }

    [Theory]
    [InlineData("2026-06-05 10:00", Mark.Good, "Open now, closes at 2026-06-05 20:00 +09:00 and opens again at 2026-06-08 08:00 +09:00. Next maintenance: 2026-06-07 22:00 +09:00 to 2026-06-08 03:00 +09:00.")]
    [InlineData("2026-06-08 01:00", Mark.Good, "Closed now, opens at 2026-06-08 08:00 +09:00; until then others are told PROVIDER_CLOSED and this time. Maintenance now: 2026-06-07 22:00 +09:00")]
    [InlineData("2026-06-09 10:00", Mark.Good, "closes at 2026-06-09 20:00 +09:00 and opens again at 2026-06-10 08:00 +09:00. No maintenance is announced.")]
    [InlineData("2026-08-01 10:00", Mark.Look, "It is closed for 48 days on end.")]
    public void Its_own_hours_are_told_as_others_are_told_them_and_a_long_closure_is_to_be_looked_at(string now, Mark mark, string says)
    {
        File.WriteAllText(agency["opening.yaml"], "hours: [{ days: mon-fri, from: 08:00, until: 20:00 }]\nclosed: [2026-08-15 to 2026-09-30]\nmaintenance: [{ from: 2026-06-07 22:00, until: 2026-06-08 03:00 }]\n");
        var time = new FakeTimeProvider(DateTimeOffset.Parse($"{now} +09:00", CultureInfo.InvariantCulture));

        var found = Assert.Single(HoursChecks.Look(agency.Options with { Opening = agency["opening.yaml"] }, time));

        Assert.Equal(mark, found.Mark);
        Assert.Contains(says, found.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_hours_an_agency_is_open_always_and_mistakes_in_them_are_bad()
    {
        Assert.Empty(HoursChecks.Look(agency.Options, TimeProvider.System));
        Assert.Equal(Mark.Good, Assert.Single(HoursChecks.Look(agency.Options with { Sources = "sources.yaml" }, TimeProvider.System)).Mark);
        File.WriteAllText(agency["opening.yaml"], "closed: [soon, later]\n");
        var found = HoursChecks.Look(agency.Options with { Opening = agency["opening.yaml"] }, TimeProvider.System);
        Assert.Equal([Mark.Bad, Mark.Bad], found.Select(one => one.Mark));
        Assert.Contains("opening.yaml:1:10: 'soon' is no day", found[0].Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_is_away_is_to_be_looked_at_and_none_is_good()
    {
        Assert.Equal(Mark.Good, (await DataChecks.Cache(agency.Options)).Mark);
        Assert.Equal(Mark.Look, (await DataChecks.Cache(agency.Options with { Redis = "127.0.0.1:1" })).Mark);
    }

    [Fact]
    public async Task A_hub_that_is_away_is_told_in_words_with_what_to_look_at()
    {
        var found = await HubChecks.Look("municipality", agency.Options, TimeProvider.System, default);
        Assert.Contains("there is no way to the hub or the proxy (ConnectionRefused)", Bad("hub", found).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_that_is_not_serving_is_bad()
    {
        Assert.Equal(Mark.Unknown, Assert.Single(await ServingChecks.Serving(agency.Options, default)).Mark);
        var options = agency.Options with { Management = new() { Port = 1 } };
        Assert.Equal(Mark.Bad, Assert.Single(await ServingChecks.Serving(options, default)).Mark);
    }

    [Fact]
    public void The_page_to_print_answers_both_questions_by_what_was_found_and_holds_no_markup_of_it()
    {
        var page = PrintedReport.Write("jp.mun.131016",
        [
            new("internet", Concern.Separation, Mark.Look, "It reaches <b>.", "Close it & look."), Diagnosis.Good("keys-apart", Concern.Measures, "Apart."),
            new("backup", Concern.Measures, Mark.Unknown, "Not said."), new("hub", Concern.Working, Mark.Bad, "Away."),
        ], new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero));
        Assert.Contains("Not in every point: 1 of 1 need to be looked at.", page, StringComparison.Ordinal);
        Assert.Contains("As far as it could be seen; 1 could not.", page, StringComparison.Ordinal);
        Assert.Contains("It reaches &lt;b&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("Close it &amp; look.", page, StringComparison.Ordinal);
        Assert.Contains("2026-11-30 09:00 +09:00", page, StringComparison.Ordinal);
    }

    public void Dispose() => agency.Dispose();

    static Diagnosis Bad(string check, IEnumerable<Diagnosis> found)
    {
        var one = found.Single(one => one.Check == check);
        Assert.Equal(Mark.Bad, one.Mark);
        return one;
    }
}
