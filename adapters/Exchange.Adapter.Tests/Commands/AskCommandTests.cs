using System.CommandLine;
using Agency.V1;
using Exchange.Adapter.Commands.Asking;
using Exchange.Adapter.Commands.Lists;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.History.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using LookupResponse = Agency.V1.LookupResponse;
using Status = Agency.V1.Status;
using Truth = Agency.V1.Truth;

namespace Exchange.Adapter.Tests.Commands;

public sealed class AskCommandTests
{
    [Fact]
    public async Task One_person_is_asked_about_and_the_record_is_shown_with_its_freshness_and_receipt()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 3_250_000)));
        var (code, text) = await api.One();
        Assert.Equal(0, code);
        Assert.Equal("""
            FOUND, jp.tax, as of 2026-06-01 09:00 +09:00, read from its source
              year              2025
              assessment_state  ASSESSED
              total_income      3250000
            Receipt: hub-1 no. 7, request 1f0c
            COLD, 12.5 ms

            """.ReplaceLineEndings(), text);
        var asked = Assert.Single(api.Asked);
        Assert.Equal(("R1", "tax", "benefit-eligibility", "tax.income.v1", "suzuki", "c1"), (asked.Person, asked.Provider, asked.Task, asked.DataSet, asked.Official, asked.CaseId));
        Assert.Equal(2025, asked.Question.Unpack<IncomeQuestion>().Year);
    }

    [Fact]
    public async Task What_is_no_record_and_what_is_refused_is_said_in_words_and_only_the_refusal_is_a_failure()
    {
        var answers = new Queue<Func<LookupResponse>>([() => new LookupResponse { Status = Status.NotFound, Provider = "jp.tax" }, () => throw Reasons.Refuse(Reason.ProviderUnavailable).ToRpcException()]);
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(answers.Dequeue()()));
        var (code, text) = await api.One();
        Assert.Equal(0, code);
        Assert.Contains("It proves nothing about the person", text, StringComparison.Ordinal);
        (code, text) = await api.One();
        Assert.Equal(1, code);
        Assert.StartsWith("PROVIDER_UNAVAILABLE", text, StringComparison.Ordinal);
        Assert.Contains("Asking again may help after", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_of_a_record_are_asked_for_and_shown_as_one()
    {
        await using var api = await ScriptedLookups.Start(request => Task.FromResult(new LookupResponse
        {
            Status = Status.Found,
            Provider = "jp.pension",
            Record = Any.Pack(new Payments { Year = 2025, Payments_ = { new Payment { PaidOn = request.PageToken.IsEmpty ? "2025-02-14" : "2025-04-15", Amount = 150_000 } } }),
            NextPage = request.PageToken.IsEmpty ? ByteString.CopyFromUtf8("next") : ByteString.Empty,
            Receipt = new Agency.V1.Receipt { RequestId = request.PageToken.IsEmpty ? "a1" : "a2" },
        }));
        var (code, text) = await api.One("pension.payments.v1");
        Assert.Equal(0, code);
        Assert.Equal(2, api.Asked.Count);
        Assert.Equal("jp.pension", api.Asked.Last().Provider);
        Assert.Matches(@"payments 1 +paid_on 2025-02-14, amount 150000", text);
        Assert.Matches(@"payments 2 +paid_on 2025-04-15, amount 150000", text);
    }

    [Fact]
    public async Task A_closed_provider_is_waited_for_by_nobody_and_asked_again_by_the_same_command()
    {
        var isOpen = false;
        await using var api = await ScriptedLookups.Start(_ => isOpen ? Task.FromResult(ScriptedLookups.Income(2025, 1))
            : throw Reasons.Refuse(Reason.ProviderClosed, "The provider is closed until 2026-06-01 09:00 +09:00, as it has announced.", TimeSpan.FromMilliseconds(20)).ToRpcException());

        Assert.Equal(1, await api.Ask("person\nR1\n"));
        Assert.Single(api.Asked);
        Assert.StartsWith("2,PROVIDER_CLOSED,R1,", api.Answers[1], StringComparison.Ordinal);
        Assert.Contains("until 2026-06-01 09:00 +09:00", api.Answers[1], StringComparison.Ordinal);
        Assert.Contains("the same command asks them again", api.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("Asking again", (await api.One()).Text, StringComparison.Ordinal);

        isOpen = true;
        Assert.Equal(0, await api.Ask());
        Assert.StartsWith("2,FOUND,R1,", api.Answers[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_is_asked_for_without_days_or_with_them_and_shown_a_line_for_each_lookup()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(new LookupResponse
        {
            Status = Status.Found,
            Provider = "jp.tax",
            Record = Any.Pack(new History
            {
                Entries =
                {
                    new HistoryEntry { Time = "2026-04-01T09:30:00+09:00", Requester = "jp.mun.131016", Fields = { "year", "total_income" }, LegalBasis = "Number Act article 19 (8)", Outcome = Records.History.V1.Outcome.Found },
                    new HistoryEntry { Time = "2026-03-31T09:30:00+09:00", Requester = "jp.pension", Outcome = Records.History.V1.Outcome.Pending },
                },
            }),
        }));

        var (code, text) = await api.One("tax.history.v1", "");

        Assert.Equal(0, code);
        Assert.Contains("""
              entries 1  time 2026-04-01T09:30:00+09:00, requester jp.mun.131016, fields year total_income, legal_basis Number Act article 19 (8), outcome FOUND
              entries 2  time 2026-03-31T09:30:00+09:00, requester jp.pension, outcome PENDING
            """.ReplaceLineEndings(), text, StringComparison.Ordinal);
        await api.One("tax.history.v1", "from=2026-03-01, until=2026-04-01");
        Assert.Equal([new HistoryQuestion(), new HistoryQuestion { From = "2026-03-01", Until = "2026-04-01" }], api.Asked.Select(one => one.Question.Unpack<HistoryQuestion>()));
        Assert.Contains("such as from=2026-04-01", Assert.Throws<ListException>(() => AskCommand.Question("tax.history.v1", null, "from=", "t", "suzuki", "", isFile: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predicates_are_asked_for_by_name_and_shown_with_the_version_that_decided()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(Verdicts(Truth.Yes, Truth.NotKnown)));

        var (code, text) = await api.One(predicates: ["low-income", "levy-exempt"]);

        Assert.Equal(0, code);
        Assert.Equal(["low-income", "levy-exempt"], Assert.Single(api.Asked).Predicates);
        Assert.Contains("  low-income   YES, by version 2025-10\n  levy-exempt  NOT_KNOWN, by version 2025\n", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_questions_has_a_column_for_each_predicate_and_none_of_the_record()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(Verdicts(Truth.Yes, Truth.No)));

        Assert.Equal(0, await api.Ask("person\nR1\n", predicates: ["low-income", "levy-exempt"]));

        Assert.StartsWith("line,outcome,person,provider,year,task,data_set,predicate.low-income,version.low-income,predicate.levy-exempt,version.levy-exempt,withheld,", api.Answers[0], StringComparison.Ordinal);
        Assert.StartsWith("2,FOUND,R1,tax,2025,benefit-eligibility,tax.income.v1,YES,2025-10,NO,2025,", api.Answers[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_questions_says_the_consent_of_each_person_and_half_of_one_is_a_mistake()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 1)));

        Assert.Equal(1, await api.Ask("person,consent,consented_on\nR1,form-17,2026-03-30\nR2,,\nR3,form-18,\n"));

        Assert.Equal([new Agency.V1.Consent { Reference = "form-17", GivenOn = "2026-03-30" }, null], api.Asked.OrderBy(one => one.Person).Select(one => one.Consent));
        Assert.Contains("'consented_on' is not a date such as 2026-04-01", api.Answers[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_questions_says_whom_it_means_and_hears_whether_that_was_compared()
    {
        await using var api = await ScriptedLookups.Start(request => Task.FromResult(new LookupResponse(ScriptedLookups.Income(2025, 1)) { IdentityChecked = request.Identity?.Kana.Length > 0 }));

        Assert.Equal(1, await api.Ask("person,born,kana\nR1,1984-05-14,ヤマダ\nR2,1984-05-14,\nR3,,\nR4,1984/05/14,\n"));

        Assert.Equal([new Agency.V1.Identity { BirthDate = "1984-05-14", Kana = "ヤマダ" }, new Agency.V1.Identity { BirthDate = "1984-05-14" }, null], api.Asked.OrderBy(one => one.Person).Select(one => one.Identity));
        var place = api.Answers[0].Split(',').ToList().IndexOf("identity");
        Assert.Equal(["checked", "not_checked", "", ""], api.Answers.Skip(1).Select(line => line.Split(',')[place]));
        Assert.Contains("'born' is not a date such as 1984-05-14", api.Answers[4], StringComparison.Ordinal);
    }

    static LookupResponse Verdicts(Truth lowIncome, Truth levyExempt) => new()
    {
        Status = Status.Found,
        Provider = "jp.tax",
        Verdicts =
        {
            new Agency.V1.Verdict { Predicate = "low-income", Version = "2025-10", Truth = lowIncome },
            new Agency.V1.Verdict { Predicate = "levy-exempt", Version = "2025", Truth = levyExempt },
        },
    };

    [Fact]
    public async Task Every_line_of_a_file_has_its_answer_in_the_order_of_the_lines_and_a_bad_line_costs_itself_alone()
    {
        await using var api = await ScriptedLookups.Start(request => Task.FromResult(ScriptedLookups.Income(request.Question.Unpack<IncomeQuestion>().Year, request.Person.Length)));
        Assert.Equal(1, await api.Ask("person,year\nR1,2025\n,2025\nR3,soon\nR44,\n", question: "year=2024"));
        Assert.StartsWith("line,outcome,person,provider,year,task,data_set,record.year,", api.Answers[0], StringComparison.Ordinal);
        Assert.StartsWith("2,FOUND,R1,tax,2025,benefit-eligibility,tax.income.v1,2025,ASSESSED,2,", api.Answers[1], StringComparison.Ordinal);
        Assert.StartsWith("3,BAD_LINE,,tax,2025,", api.Answers[2], StringComparison.Ordinal);
        Assert.Contains("'person' is missing", api.Answers[2], StringComparison.Ordinal);
        Assert.StartsWith("4,BAD_LINE,R3,tax,soon,", api.Answers[3], StringComparison.Ordinal);
        Assert.StartsWith("5,FOUND,R44,tax,2024,benefit-eligibility,tax.income.v1,2024,ASSESSED,3,", api.Answers[4], StringComparison.Ordinal);
        Assert.Equal(5, api.Answers.Length);
        Assert.Contains("line 4: 'year' is not a whole number", api.Screen, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api["answers.csv"]));
        Assert.False(File.Exists(api["answers.csv.part"]));
    }

    [Fact]
    public async Task A_file_that_is_interrupted_goes_on_from_there_and_whoever_has_an_answer_is_not_asked_about_again()
    {
        using var stop = new CancellationTokenSource();
        var answered = 0;
        await using var api = await ScriptedLookups.Start(async request =>
        {
            if (Interlocked.Increment(ref answered) > 40)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
            }
            return ScriptedLookups.Income(2025, 1);
        });
        var questions = "person\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"R{i}\n"));
        Assert.Equal(1, await api.Ask(questions, stop: stop.Token));
        Assert.Contains("the same command goes on from there", api.Screen, StringComparison.Ordinal);
        var kept = File.ReadAllLines(api["answers.csv.part"]).Skip(1).Select(line => line.Split(',')[2]).ToHashSet();
        // An answer that was on its way when it was interrupted is lost, and asked for again.
        Assert.InRange(kept.Count, 20, 40);

        // The power went while a line was being written.
        await File.AppendAllTextAsync(api["answers.csv.part"], "77,FOUND,R76,tax,20");
        answered = -1000;
        var before = api.Asked.Count;
        Assert.Equal(0, await api.Ask());
        Assert.Equal(100 - kept.Count, api.Asked.Count - before);
        Assert.DoesNotContain(api.Asked.Skip(before), asked => kept.Contains(asked.Person));
        Assert.Equal(Enumerable.Range(2, 100), api.Answers.Skip(1).Select(line => int.Parse(line.Split(',')[0], null)));
        Assert.All(api.Answers.Skip(1), line => Assert.Equal("FOUND", line.Split(',')[1]));
    }

    [Fact]
    public async Task Two_runs_do_not_write_one_file_of_answers()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 1)));
        using (new FileStream(api["answers.csv.lock"], FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Assert.Equal(2, await api.Ask("person\nR1\n"));
            Assert.Contains("Another run is at work", api.Screen, StringComparison.Ordinal);
        }
        Assert.Equal(0, await api.Ask("person\nR1\n"));
        Assert.False(File.Exists(api["answers.csv.lock"]));
    }

    [Fact]
    public async Task Lines_without_an_answer_are_asked_again_by_the_same_command_and_those_that_changed_too()
    {
        var isUp = false;
        await using var api = await ScriptedLookups.Start(request => isUp || request.Person != "away"
            ? Task.FromResult(ScriptedLookups.Income(2025, 1))
            : throw Reasons.Refuse(Reason.NotPermitted).ToRpcException());
        Assert.Equal(1, await api.Ask("person\nR1\naway\nR3\n"));
        Assert.StartsWith("3,NOT_PERMITTED,away,", api.Answers[2], StringComparison.Ordinal);
        Assert.Contains("1 lines have none, and say why", api.Screen, StringComparison.Ordinal);
        isUp = true;
        Assert.Equal(0, await api.Ask("person\nR1\naway\nR9\n"));
        Assert.Equal(["away", "R9"], api.Asked.Skip(3).Select(asked => asked.Person).Order(StringComparer.OrdinalIgnoreCase));
        Assert.StartsWith("4,FOUND,R9,", api.Answers[3], StringComparison.Ordinal);
        Assert.Contains("1 answers that are there fit no line any more", api.Screen, StringComparison.Ordinal);
        Assert.Contains("R3", await File.ReadAllTextAsync(api["answers.csv.old"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_is_waited_for_and_asked_again()
    {
        var tries = 0;
        await using var api = await ScriptedLookups.Start(_ =>
        {
            if (Interlocked.Increment(ref tries) > 2)
                return Task.FromResult(ScriptedLookups.Income(2025, 1));
            var refusal = Reasons.Refuse(Reason.QuotaExceeded);
            refusal.RetryAfterMs = 20;
            throw refusal.ToRpcException();
        });
        Assert.Equal(0, await api.Ask("person\nR1\n"));
        Assert.Equal(3, api.Asked.Count);
    }

    [Fact]
    public async Task A_local_api_that_is_away_ends_the_run_and_keeps_what_was_answered()
    {
        ScriptedLookups? running = null;
        await using var api = running = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 1)));
        Assert.Equal(0, await api.Ask("person\nR1\n"));
        await api.Stop();
        Assert.Equal(2, await api.Ask("person\nR1\nR2\n"));
        Assert.Contains("Is the adapter serving?", api.Screen, StringComparison.Ordinal);
        Assert.Equal(2, api.Answers.Length);
    }

    [Theory]
    [InlineData("name,year\nR1,2025\n", "there is no column 'person'")]
    [InlineData("person,yaer\nR1,2025\n", "there is no use for a column 'yaer'")]
    [InlineData("person\n", "has a header and no questions")]
    [InlineData("", "the file is empty")]
    public async Task A_file_that_is_none_is_told_and_nobody_is_asked(string questions, string why)
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 1)));
        Assert.Equal(2, await api.Ask(questions));
        Assert.Contains(why, api.Screen, StringComparison.Ordinal);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_not_written_over()
    {
        await using var api = await ScriptedLookups.Start(_ => Task.FromResult(ScriptedLookups.Income(2025, 1)));
        await File.WriteAllTextAsync(api["answers.csv"], "my,own\nlist,1\n");
        Assert.Equal(2, await api.Ask("person\nR1\n"));
        Assert.Contains("Name another file", api.Screen, StringComparison.Ordinal);
        Assert.Equal("my,own\nlist,1\n", await File.ReadAllTextAsync(api["answers.csv"]));
    }

    [Theory]
    [InlineData("tax.incme.v1", null, "year=2025", "did you mean 'tax.income.v1'?")]
    [InlineData("tax.income.v1", null, "", "give --question year=2025")]
    [InlineData("tax.income.v1", null, "yaer=2025", "did you mean 'year'?")]
    [InlineData("municipality.resident-tax.v1", null, "fiscal_year=2026", "give --provider")]
    public void What_cannot_be_asked_is_said_with_what_to_write_instead(string dataSet, string? provider, string question, string why) =>
        Assert.Contains(why, Assert.Throws<ListException>(() => AskCommand.Question(dataSet, provider, question, "t", "o", "", isFile: false)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--person R1 --in q --out a", "Give either --person, or --in and --out.")]
    [InlineData("--in q", "Give either --person, or --in and --out.")]
    [InlineData("--person R1 --config c", "--config goes with --caller-key.")]
    [InlineData("--person R1 --config c --caller-key k --token t", "Give either --config and --caller-key")]
    [InlineData("--person R1 --wait foo", "--wait must be from 1m to 14d")]
    [InlineData("--wait 1d --person", "Required argument missing for option: '--person'")]
    [InlineData("--person R1 --token t", "Give --ca, or --config and --caller-key.")]
    public void A_command_line_that_cannot_be_meant_is_told(string arguments, string why)
    {
        var parsed = AskCommand.Create().Parse("--task t --data-set tax.income.v1 --official suzuki " + arguments);
        Assert.Contains(parsed.Errors, error => error.Message.Contains(why, StringComparison.Ordinal));
    }
}
