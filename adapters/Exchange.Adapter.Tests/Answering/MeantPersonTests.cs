using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>Whether the person found is the one that the question means.</summary>
public sealed class MeantPersonTests
{
    const string Held = "4711", Unknown = "nobody";

    static readonly DataSetContract open = DataSetCatalogue.Income, guarded = DataSetCatalogue.ResidentTax;
    static readonly TimeSpan wait = Ms(9_950), timeout = Ms(9_900);

    public static TheoryData<string, string, string, string, AnswerStatus, bool> Meant => new()
    {
        { "1984-05-14", "ヤマダ ハナコ", "1984-05-14", "やまだ　はなこ", AnswerStatus.Found, true },
        { "1984-05-14", "ヤマダ ハナコ", "1984-05-14", "", AnswerStatus.Found, true },
        { "1984-05-14", "", "1984-05-14", "ｽｽﾞｷ ｲﾁﾛｳ", AnswerStatus.Found, true },
        { "", "", "1984-05-14", "ヤマダ ハナコ", AnswerStatus.Found, false },
        { "1984-05-14", "ヤマダ ハナコ", "1984-05-15", "ヤマダ ハナコ", AnswerStatus.IdentityMismatch, false },
        { "1984-05-14", "ヤマダ ハナコ", "1984-05-14", "ヤマタ ハナコ", AnswerStatus.IdentityMismatch, false },
        { "1984-05-14", "ヤマダ ハナコ", "", "ヤマダ", AnswerStatus.IdentityMismatch, false },
    };

    [Theory]
    [MemberData(nameof(Meant))]
    public async Task Whoever_is_not_the_one_meant_is_told_nothing_about(string ownBirth, string ownKana, string birth, string kana, AnswerStatus status, bool isChecked)
    {
        var reads = 0;
        await using var agency = new AnsweringAgency((_, _, _) =>
        {
            reads++;
            return Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0));
        }, (_, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new Identity { BirthDate = ownBirth, Kana = ownKana }, 1, "r", 0)));
        agency.Enrol(Held);

        var (_, asked) = agency.Ask(Held, open, wait, timeout, meant: new Identity { BirthDate = birth, Kana = kana });
        var answer = await agency.Answered(asked, open);

        Assert.Equal((status, isChecked, status == AnswerStatus.Found ? 1 : 0), (answer.Status, answer.Content.IdentityChecked, reads));
        Assert.Equal(status == AnswerStatus.Found, !answer.Content.Record.IsEmpty);
        Assert.Equal((Held, status), agency.Journal.Answered.Recent(1).Select(entry => (entry.Person, entry.Status)).Single());
    }

    [Fact]
    public async Task Where_this_agency_has_no_record_of_who_somebody_is_the_asker_is_told_that_nothing_was_compared()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)));
        agency.Enrol(Held);
        var (_, asked) = agency.Ask(Held, open, wait, timeout, meant: new Identity { BirthDate = "1984-05-14" });
        var answer = await agency.Answered(asked, open);
        Assert.Equal((AnswerStatus.Found, false), (answer.Status, answer.Content.IdentityChecked));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_somebody_is_that_cannot_be_read_is_a_sealed_answer(bool isForeseen)
    {
        await using var agency = new AnsweringAgency((_, _, _) => throw new InvalidOperationException(), (_, _) => throw (isForeseen ? new SourceException("identities", "away") : new InvalidOperationException()));
        agency.Enrol(Held);
        var (ask, asked) = agency.Ask(Held, open, wait, timeout, meant: new Identity { BirthDate = "1984-05-14" });
        Assert.Equal(AnswerStatus.Unavailable, (await agency.Answered(asked, open)).Status);
        Assert.NotNull((await AnsweringAgency.InTime(ask.Reply)).Answer);
    }

    [Fact]
    public async Task Of_a_protected_data_set_another_than_the_one_meant_is_answered_like_somebody_unknown()
    {
        await using var agency = new AnsweringAgency(
            (_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new ResidentTax { TotalIncome = 1 }, 1, "r", 0)),
            (_, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new Identity { BirthDate = "1984-05-14" }, 1, "r", 0)));
        agency.Enrol(Held);
        var seen = new List<(AnswerStatus, int, Answer)>();
        foreach (var person in new[] { Held, Unknown })
        {
            var waits = agency.Time.Awaited(agency.Time.GetUtcNow() + Ms(100));
            var (_, asked) = agency.Ask(person, guarded, wait, timeout, meant: new Identity { BirthDate = "1990-01-01" });
            await AnsweringAgency.InTime(waits);
            agency.Time.Advance(Ms(100));
            var answer = await agency.Answered(asked, guarded);
            answer.Content.Blind = Google.Protobuf.ByteString.Empty;
            seen.Add((answer.Status, answer.Size, answer.Content));
        }
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(AnswerStatus.NotFound, seen[0].Item1);
    }

    [Fact]
    public async Task A_birth_date_is_not_found_out_by_trying_one_after_another()
    {
        await using var agency = new AnsweringAgency(
            (_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)),
            (_, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new Identity { BirthDate = "1984-05-14" }, 1, "r", 0)));
        agency.Enrol(Held);
        for (var day = 1; day <= 5; day++)
            Assert.Equal(AnswerStatus.IdentityMismatch, await Try(day));
        Assert.Equal(AnswerStatus.IdentityMismatch, await Try(14));
        await agency.Pass(TimeSpan.FromDays(1));
        Assert.Equal(AnswerStatus.Found, await Try(14));

        async Task<AnswerStatus> Try(int day)
        {
            var (_, asked) = agency.Ask(Held, open, wait, timeout, meant: new Identity { BirthDate = $"1984-05-{day:00}" });
            return (await agency.Answered(asked, open)).Status;
        }
    }

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
