using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Recalls;
using Exchange.Gateway.Mail;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Records.Tax.V1;
using AcknowledgeNoticeRequest = Agency.V1.AcknowledgeNoticeRequest;
using Programs = Exchange.Sandbox.Processes.Programs;

namespace Exchange.Journeys.Tests;

/// <summary>The tax agency takes back or corrects what it told, as docs/how-to/recall.md says. One test after another; each leaves everybody connected.</summary>
public sealed class RecallTests(RecallTests.Own own) : IClassFixture<RecallTests.Own>
{
    public sealed class Own : OwnExchange
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            foreach (var agency in new[] { Tax, Chiyoda, Osaka })
            {
                var folder = Exchange.Folder.Agency(agency);
                var callers = Path.Combine(folder.Folder, "callers.yaml");
                await File.WriteAllTextAsync(callers, (await File.ReadAllTextAsync(callers)).TrimEnd('\n') + "\n    may_recall: true\n");
                await RunningExchange.Until(() => Exchange.At<CallerRegister>(agency).Current.Find(folder.Caller)!.MayRecall);
            }
        }
    }

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax, Pension = "jp.pension";
    const string Note = "Two taxpayers had one number, canary-5127.";

    readonly RunningExchange exchange = own.Exchange;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_towns_that_were_told_hear_of_it_with_their_own_people_and_nobody_is_told_more_until_it_is_closed()
    {
        await MailboxesKnown();
        var moved = Newcomers.Moved(exchange.Folder);
        var (inChiyoda, inOsaka) = (await Ask(Chiyoda, moved.TownKey, "official-3", "case-3"), await Ask(Osaka, Newcomers.Mover, "official-4", "case-4"));
        Assert.Equal((AnswerStatus.Found, AnswerStatus.Found), (inChiyoda.Status, inOsaka.Status));
        string id;
        using (var desk = new LocalSystem(exchange, Tax))
        {
            var begun = await Begin(desk, moved.TaxKey);
            id = begun.Id;
            Assert.Equal(("RECALL", "OPEN", moved.TaxKey, "endo"), (begun.Kind, begun.State, begun.Person, begun.Official));
            Assert.Equal([Chiyoda, Osaka], begun.Notices.Select(one => one.Agency).Order(StringComparer.Ordinal));
            Assert.All(begun.Notices, one => Assert.Equal(RunningExchange.Income, one.DataSet));
            Assert.Equal(Hex(inOsaka.Receipt!.RequestId), Assert.Single(begun.Notices.Single(one => one.Agency == Osaka).Told).RequestId);
            // In force at once, and for a handle too: nothing is read, and nobody is told.
            var again = await Ask(Chiyoda, moved.TownKey);
            Assert.Equal((AnswerStatus.Quarantined, LookupKind.Warm, true), (again.Status, again.Kind, again.Record.IsEmpty));
            Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => Begin(desk, moved.TaxKey))).StatusCode);
            Assert.True((await Until(desk, id, one => one.Notices.All(notice => notice.State == "RECEIVED"))).Notices.All(one => one.Received is not null));
        }

        // Each by its own journal.
        using var chiyoda = new LocalSystem(exchange, Chiyoda);
        using var osaka = new LocalSystem(exchange, Osaka);
        var (first, second) = (await Notice(chiyoda, id), await Notice(osaka, id));
        Assert.Equal((Tax, "RECALL", "OPEN", Note), (first.Sender, first.Kind, first.State, first.Note));
        Assert.Equal((moved.TownKey, "official-3", "case-3"), (first.Lookups[0].Person, first.Lookups[0].Official, first.Lookups[0].CaseId));
        Assert.Equal((Newcomers.Mover, "official-4", "case-4", Hex(inOsaka.Receipt!.RequestId)), (second.Lookups[0].Person, second.Lookups[0].Official, second.Lookups[0].CaseId, second.Lookups[0].RequestId));

        // The tax agency's adapter is stopped and started; the recall is as it was.
        await exchange.Parts.StopAgency(Tax);
        await Back(Tax);
        Assert.Equal(AnswerStatus.Quarantined, (await Ask(Osaka, Newcomers.Mover)).Status);
        using var tax = new LocalSystem(exchange, Tax);
        var acknowledged = await Desk(chiyoda).AcknowledgeNoticeAsync(new AcknowledgeNoticeRequest { Id = first.Id, Official = "sato" }, chiyoda.Headers(), cancellationToken: Stop);
        Assert.Equal(("ACKNOWLEDGED", "sato"), (acknowledged.State, acknowledged.AcknowledgedBy));
        var heard = await Until(tax, id, one => one.Notices.Any(notice => notice.State == "ACKNOWLEDGED"));
        Assert.Equal((Chiyoda, "sato"), heard.Notices.Where(one => one.State == "ACKNOWLEDGED").Select(one => (one.Agency, one.AcknowledgedBy)).Single());

        var closed = await Desk(tax).CloseAsync(new CloseRequest { Id = id, Official = "mori" }, tax.Headers(), cancellationToken: Stop);
        Assert.Equal(("CLOSED", "mori"), (closed.State, closed.ClosedBy));
        Assert.Contains($"2 agencies had been told. Not acknowledged: {Osaka}.", closed.Message, StringComparison.Ordinal);
        await RunningExchange.Until(async () => (await Notice(osaka, id)).State == "CLOSED");
        // Answered again, and no handle of before serves.
        var back = await Ask(Chiyoda, moved.TownKey);
        Assert.Equal((AnswerStatus.Found, LookupKind.Cold), (back.Status, back.Kind));

        // The hub knows that there were notices, and which agencies and data set; its store of them holds nothing that can be read.
        var stages = (await exchange.AuditLog()).Select(one => one.Entry.Notice).OfType<NoticeEvent>().Where(one => one.Recipient == Chiyoda && Hex(one.NoticeId) == first.Id).Select(one => one.Stage).ToList();
        Assert.Single(stages, NoticeStage.Acknowledged);
        var kept = File.ReadAllBytes(Path.Combine(exchange.Folder.Folder, "hub", "state", "mail.db"));
        Assert.Equal(-1, kept.AsSpan().IndexOf("canary-5127"u8));
        Assert.Equal(-1, kept.AsSpan().IndexOf(inOsaka.Receipt!.RequestId.Span));
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(async () => await Desk(tax).CloseAsync(new CloseRequest { Id = id, Official = "mori" }, tax.Headers(), cancellationToken: Stop))).StatusCode);
    }

    [Fact]
    public async Task A_town_that_is_away_gets_the_notice_when_it_is_back_and_the_hub_may_have_died_meanwhile()
    {
        await MailboxesKnown();
        var who = exchange.ChiyodaResident(3);
        Assert.Equal(AnswerStatus.Found, (await Ask(Chiyoda, who.TownKey)).Status);
        await exchange.Parts.StopAgency(Chiyoda);
        string id;
        using (var tax = new LocalSystem(exchange, Tax))
        {
            id = (await Begin(tax, who.TaxKey)).Id;
            Assert.NotNull(Assert.Single((await Until(tax, id, one => one.Notices.All(notice => notice.State == "SENT"))).Notices).Sent);
        }
        await exchange.Parts.StopHub();
        await exchange.Parts.StartHub();
        await Back(Chiyoda);

        using var desk = new LocalSystem(exchange, Tax);
        await Until(desk, id, one => one.Notices.All(notice => notice.State == "RECEIVED"));
        using var town = new LocalSystem(exchange, Chiyoda);
        Assert.Equal(who.TownKey, Assert.Single((await Notice(town, id)).Lookups).Person);
        Assert.Single(exchange.At<ReceivedNotices>(Chiyoda).All, one => Hex(one.Content.Content.Reference) == id);
        await Desk(desk).CloseAsync(new CloseRequest { Id = id, Official = "mori" }, desk.Headers(), cancellationToken: Stop);
    }

    [Fact]
    public async Task Of_somebody_about_whom_nothing_was_told_nobody_hears_and_the_match_is_quarantined_all_the_same()
    {
        var who = exchange.ChiyodaResident(4);
        using var tax = new LocalSystem(exchange, Tax);
        var begun = await Begin(tax, who.TaxKey);
        Assert.Equal(("OPEN", 0), (begun.State, begun.Notices.Count));
        Assert.Contains("Nothing was ever told about this person, so no agency is sent a notice.", begun.Message, StringComparison.Ordinal);
        Assert.Equal(AnswerStatus.Quarantined, (await Ask(Chiyoda, who.TownKey)).Status);
        var closed = await Desk(tax).CloseAsync(new CloseRequest { Id = begun.Id, Official = "mori" }, tax.Headers(), cancellationToken: Stop);
        Assert.Equal("CLOSED", closed.State);
        Assert.Equal(AnswerStatus.Found, (await Ask(Chiyoda, who.TownKey)).Status);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Begin(tax, "nobody"))).StatusCode);
    }

    [Fact]
    public async Task More_notices_than_a_hub_brings_at_once_are_all_received_and_keep_nothing_else_from_leaving()
    {
        await MailboxesKnown();
        await exchange.Parts.StopAgency(Chiyoda);
        var reference = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
        for (var i = 0; i < 70; i++)
            exchange.At<SentNotices>(Tax).Keep(new OwnNotice(ByteString.CopyFrom(Guid.NewGuid().ToByteArray()), new SentNoticeContent
            {
                Reference = reference,
                Kind = NoticeKind.Correction,
                Recipient = Chiyoda,
                DataSet = RunningExchange.Income,
                Told = { new Exchange.V1.ToldLookup { RequestId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()) } },
                State = SentNoticeState.Leaving,
            }));
        exchange.At<NoticeCarrier>(Tax).Hurry();
        await RunningExchange.Until(() => !exchange.At<SentNotices>(Tax).Leaving.Any(one => one.Content.Reference == reference));
        await Back(Chiyoda);

        await RunningExchange.Until(() => exchange.At<SentNotices>(Tax).Of(reference).All(one => one.Content.State == SentNoticeState.Received));
        Assert.Equal(70, exchange.At<ReceivedNotices>(Chiyoda).All.Count(one => one.Content.Content.Reference == reference));
    }

    [Fact]
    public async Task Looking_the_journal_through_again_wakes_nobody_unless_somebody_was_told_meanwhile()
    {
        using var tax = new LocalSystem(exchange, Tax);
        var begun = await Begin(tax, exchange.ChiyodaResident(12).TaxKey);
        var woken = 0;
        void Wake() => Interlocked.Increment(ref woken);
        exchange.At<NoticeCarrier>(Tax).Waiting += Wake;
        for (var i = 0; i < 3; i++)
            exchange.At<RecallDesk>(Tax).LookAgain();
        exchange.At<NoticeCarrier>(Tax).Waiting -= Wake;
        Assert.Equal(0, woken);
        await Desk(tax).CloseAsync(new CloseRequest { Id = begun.Id, Official = "mori" }, tax.Headers(), cancellationToken: Stop);
    }

    [Fact]
    public async Task A_correction_asks_those_who_were_told_to_ask_again_and_quarantines_nobody()
    {
        await MailboxesKnown();
        var who = exchange.ChiyodaResident(5);
        var told = await Ask(Chiyoda, who.TownKey);
        using var tax = new LocalSystem(exchange, Tax);
        var correction = await Desk(tax).CorrectAsync(new CorrectRequest { Person = who.TaxKey, DataSet = RunningExchange.Income, Note = "The assessment was revised.", Official = "endo" }, tax.Headers(), cancellationToken: Stop);
        Assert.Equal(("CORRECTION", "SENT", Chiyoda), (correction.Kind, correction.State, Assert.Single(correction.Notices).Agency));
        await Until(tax, correction.Id, one => one.Notices.All(notice => notice.State == "RECEIVED"));
        using var town = new LocalSystem(exchange, Chiyoda);
        var notice = await Notice(town, correction.Id);
        Assert.Equal(("CORRECTION", "The assessment was revised.", Hex(told.Receipt!.RequestId)), (notice.Kind, notice.Note, Assert.Single(notice.Lookups).RequestId));
        Assert.Equal(AnswerStatus.Found, (await Ask(Chiyoda, who.TownKey)).Status);
        var nobody = await Desk(tax).CorrectAsync(
            new CorrectRequest { Person = exchange.ChiyodaResident(6).TaxKey, DataSet = RunningExchange.Income, Note = "Revised.", Official = "endo" }, tax.Headers(), cancellationToken: Stop);
        Assert.Contains("no agency is sent a notice", nobody.Message, StringComparison.Ordinal);
        Assert.Equal("", nobody.Id);
    }

    [Fact]
    public async Task A_letter_about_somebody_under_recall_is_answered_as_any_lookup_is()
    {
        await MailboxesKnown();
        var who = exchange.ChiyodaResident(7);
        using var tax = new LocalSystem(exchange, Tax);
        var recall = await Begin(tax, who.TaxKey);
        using var town = new LocalSystem(exchange, Chiyoda);
        var letters = new LetterService.LetterServiceClient(town.Channel);
        var left = await Submit(town, who.TownKey);
        Agency.V1.Letter? letter = null;
        await RunningExchange.Until(async () =>
            (letter = (await letters.CollectAsync(new Agency.V1.CollectRequest { Id = left.Id }, town.Headers(), cancellationToken: Stop)).Letters.Single()).State == "ANSWERED");
        Assert.Equal(Agency.V1.Status.Quarantined, letter!.Answer.Status);
        await Desk(tax).CloseAsync(new CloseRequest { Id = recall.Id, Official = "mori" }, tax.Headers(), cancellationToken: Stop);
    }

    [Fact]
    public async Task An_answer_to_a_letter_that_never_reached_the_hub_is_another_once_it_is_recalled()
    {
        await MailboxesKnown();
        var who = exchange.ChiyodaResident(10);
        await exchange.Parts.StopAgency(Tax);
        using var town = new LocalSystem(exchange, Chiyoda);
        await Submit(town, who.TownKey);
        // Collected and answered into the journal, and then the process died before the hub had it.
        var lent = Assert.Single((await exchange.Hub<LetterRoom>().Collect(Tax))!.Letters);
        await Back(Tax);
        var letters = exchange.At<LetterAnswers>(Tax);
        var before = await letters.Answer(lent);
        using var tax = new LocalSystem(exchange, Tax);
        var recall = await Begin(tax, who.TaxKey);
        Assert.Equal(Chiyoda, Assert.Single(recall.Notices).Agency);
        // It is answered afresh, as things are now: first that nothing may be told, then what is right.
        var held = await letters.Answer(lent);
        Assert.Equal([AnswerStatus.Quarantined, AnswerStatus.Found], Told(held!, before!));
        await Desk(tax).CloseAsync(new CloseRequest { Id = recall.Id, Official = "mori" }, tax.Headers(), cancellationToken: Stop);

        AnswerStatus[] Told(params AnswerRequest[] answers) =>
            [.. answers.Select(one => Assert.Single(exchange.Journal(Tax).Answered.Find(lent.Grant.DecisionId), entry => entry.AnswerCommitment == one.Answer.Answer.Commitment).Status)];
    }

    [Fact]
    public async Task By_command_an_official_recalls_another_town_acknowledges_and_the_recall_is_closed()
    {
        await MailboxesKnown();
        var who = exchange.ChiyodaResident(8);
        Assert.Equal(AnswerStatus.Found, (await Ask(Chiyoda, who.TownKey)).Status);
        var (code, said) = await Run("tax", Tax, "recall", "begin", "--person", who.TaxKey, "--note", Note, "--official", "endo");
        Assert.Equal(0, code);
        Assert.Contains($"1 agency had been told. Not acknowledged: {Chiyoda}.", said, StringComparison.Ordinal);
        var id = said.Split('\n').Single(line => line.Contains(who.TaxKey, StringComparison.Ordinal)).Split(' ')[0];
        await RunningExchange.Until(() => exchange.At<ReceivedNotices>(Chiyoda).All.Any(one => Hex(one.Content.Content.Reference) == id));

        (code, said) = await Run("municipality", Chiyoda, "notices", "list", "--open");
        Assert.Equal(0, code);
        var line = said.Split('\n').Single(one => one.Contains(who.TownKey, StringComparison.Ordinal));
        Assert.Contains("case-1", line, StringComparison.Ordinal);
        // Who looked the journals through stands in them.
        var read = Assert.Single(exchange.Journal(Tax).Readings.Recent(100), one => one.Command == "recall" && one.Choice.Contains($"person {who.TaxKey}\n", StringComparison.Ordinal));
        Assert.Equal(("person " + who.TaxKey + "\nofficial endo\nsystem " + exchange.Folder.Agency(Tax).Caller, 1), (read.Choice, read.Entries));
        Assert.Contains(exchange.Journal(Chiyoda).Readings.Recent(100), one => one is { Command: "notices", Entries: > 0 } && one.Choice == "system " + exchange.Folder.Agency(Chiyoda).Caller);
        (code, said) = await Run("municipality", Chiyoda, "notices", "acknowledge", "--id", line.Split(' ')[0], "--official", "sato");
        Assert.Equal(0, code);
        Assert.Contains("ACKNOWLEDGED", said, StringComparison.Ordinal);
        await RunningExchange.Until(() => exchange.At<SentNotices>(Tax).Of(ByteString.CopyFrom(Convert.FromHexString(id))).All(one => one.Content.State == SentNoticeState.Acknowledged));
        (code, said) = await Run("tax", Tax, "recall", "close", "--id", id, "--official", "endo");
        Assert.Equal(0, code);
        Assert.Contains("1 agency had been told, and everybody has acknowledged.", said, StringComparison.Ordinal);
        Assert.Contains("sato", (await Run("tax", Tax, "recall", "list", "--id", id)).Said, StringComparison.Ordinal);
        Assert.Contains("RECALL_UNKNOWN", (await Run("tax", Tax, "recall", "close", "--id", "00", "--official", "endo")).Said, StringComparison.Ordinal);
        (code, said) = await Run("tax", Tax, "recall", "correct", "--person", exchange.ChiyodaResident(9).TaxKey, "--data-set", RunningExchange.Income, "--note", "revised", "--official", "endo");
        Assert.Equal(0, code);
        Assert.Contains("no agency is sent a notice", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_without_the_role_neither_recalls_nor_sees_or_acknowledges_notices()
    {
        using var system = new LocalSystem(exchange, Pension);
        var desk = Desk(system);
        foreach (var call in new Func<Task>[]
        {
            async () => await desk.BeginAsync(new BeginRequest { Person = "P-1", Official = "endo" }, system.Headers(), cancellationToken: Stop),
            async () => await desk.ListRecallsAsync(new ListRecallsRequest(), system.Headers(), cancellationToken: Stop),
            async () => await desk.CloseAsync(new CloseRequest { Id = "00", Official = "endo" }, system.Headers(), cancellationToken: Stop),
            async () => await desk.CorrectAsync(new CorrectRequest { Person = "P-1", DataSet = RunningExchange.Income, Note = "x", Official = "endo" }, system.Headers(), cancellationToken: Stop),
            async () => await desk.ListNoticesAsync(new ListNoticesRequest(), system.Headers(), cancellationToken: Stop),
            async () => await desk.AcknowledgeNoticeAsync(new AcknowledgeNoticeRequest { Id = "00", Official = "endo" }, system.Headers(), cancellationToken: Stop),
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
            Assert.Contains("'may_recall'", refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    static async Task<Agency.V1.Letter> Submit(LocalSystem town, string person) => await new LetterService.LetterServiceClient(town.Channel).SubmitAsync(new Agency.V1.SubmitRequest
    {
        Lookup = new Agency.V1.LookupRequest
        {
            Person = person,
            Provider = "tax",
            Task = RunningExchange.Benefits,
            DataSet = RunningExchange.Income,
            Question = Any.Pack(new IncomeQuestion { Year = 2025 }),
            Official = "official-1",
            CaseId = "case-1",
        },
    }, town.Headers(), cancellationToken: Stop);

    static RecallService.RecallServiceClient Desk(LocalSystem system) => new(system.Channel);

    static async Task<Recall> Begin(LocalSystem system, string person) =>
        await Desk(system).BeginAsync(new BeginRequest { Person = person, Note = Note, Official = "endo" }, system.Headers(), cancellationToken: Stop);

    static async Task<Recall> Until(LocalSystem system, string id, Func<Recall, bool> holds)
    {
        Recall? recall = null;
        await RunningExchange.Until(async () => holds(recall = Assert.Single((await Desk(system).ListRecallsAsync(new ListRecallsRequest { Id = id }, system.Headers(), cancellationToken: Stop)).Recalls)));
        return recall!;
    }

    static async Task<ReceivedNotice> Notice(LocalSystem system, string reference) =>
        Assert.Single((await Desk(system).ListNoticesAsync(new ListNoticesRequest(), system.Headers(), cancellationToken: Stop)).Notices, one => one.Reference == reference);

    Task<AskOutcome> Ask(string town, string person, string official = "official-1", string caseId = "case-1") => exchange.Ask(town, person, official: official, caseId: caseId);

    Task<(int Code, string Said)> Run(string kind, string agency, params string[] arguments)
    {
        var folder = exchange.Folder.Agency(agency);
        return BuiltProgram.Run(Programs.Adapter(kind), [.. arguments, "--config", folder.Config, "--caller", folder.Caller, "--caller-key", folder.CallerKey]);
    }

    async Task Back(string agency)
    {
        await exchange.Parts.StartAgency(agency);
        await exchange.Parts.UntilConnected();
    }

    /// <summary>Adapters publish their mailboxes once they are connected.</summary>
    Task MailboxesKnown() => RunningExchange.Until(() => new[] { Tax, Chiyoda, Osaka }.All(one => exchange.Hub<LetterStore>().Mailbox(one) is not null));

    static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
