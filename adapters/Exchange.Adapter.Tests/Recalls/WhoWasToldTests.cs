using System.Security.Cryptography;
using Dapper;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Recalls;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Tests.Recalls;

/// <summary>What the journals of both sides say of a recall: who was told, and what was asked.</summary>
public sealed class WhoWasToldTests : IAsyncLifetime
{
    const string Income = "tax.income.v1", Chiyoda = "jp.mun.131016", Osaka = "jp.mun.271004";

    readonly string folder = Directory.CreateTempSubdirectory("exchange-told-").FullName;
    JournalKeys keys = null!;
    AgencyJournal journal = null!;

    public ValueTask InitializeAsync()
    {
        JournalKeys.Create(Path.Combine(folder, "journal.keys"));
        keys = JournalKeys.Read(Path.Combine(folder, "journal.keys"));
        journal = AgencyJournal.Open(new JournalOptions(Path.Combine(folder, "journal.db")), keys, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Whoever_was_told_something_of_the_person_is_among_them_with_every_answer_and_nobody_else()
    {
        await Answered(Chiyoda, "4711", AnswerStatus.Found, 10);
        await Answered(Chiyoda, "4711", AnswerStatus.Found, 20);
        await Answered(Chiyoda, "4711", AnswerStatus.NoRecord, 30);
        await Answered(Osaka, "4711", AnswerStatus.Found, 40);
        await Answered(Osaka, "4711", AnswerStatus.Found, 50, "tax.employment.v1");
        await Answered(Osaka, "4712", AnswerStatus.Found, 60);
        await Answered("jp.pension", "4711", AnswerStatus.Withheld, 70);

        var told = ToldAgencies.Of(journal, "4711", null, long.MinValue, long.MaxValue);
        Assert.Equal(0, told.Unreadable);
        Assert.Equal([(Chiyoda, Income), (Osaka, "tax.employment.v1"), (Osaka, Income)], told.Lookups.Keys.Order());
        Assert.Equal([10L, 20L], told.Lookups[(Chiyoda, Income)].Select(one => one.TimeUnixMs));
        Assert.Equal([(Osaka, "tax.employment.v1")], ToldAgencies.Of(journal, "4711", "tax.employment.v1", long.MinValue, long.MaxValue).Lookups.Keys);
        Assert.Equal([20L], ToldAgencies.Of(journal, "4711", Income, 11, 40).Lookups.Values.Single().Select(one => one.TimeUnixMs));
        Assert.Empty(ToldAgencies.Of(journal, "4713", null, long.MinValue, long.MaxValue).Lookups);
    }

    [Fact]
    public async Task A_notice_shows_nothing_of_what_was_asked_of_somebody_else_or_of_another_data_set()
    {
        var (own, elsewhere, other, gone) = (Id(), Id(), Id(), Id());
        await Asked(own, "jp.tax", Income);
        await Asked(elsewhere, "jp.pension", Income);
        await Asked(other, "jp.tax", "tax.employment.v1");
        var notice = new HeardNotice(Id(), new ReceivedNoticeContent
        {
            Header = new NoticeHeader { Sender = "jp.tax", Recipient = Chiyoda, DataSet = Income, NoticeId = Id(), TimeUnixMs = 1 }.ToByteString(),
            Content = new NoticeContent { Kind = NoticeKind.Recall, Reference = Id(), RequestIds = { own, elsewhere, other, gone } },
            ReceivedUnixMs = 5,
        });

        var lookups = ToldNotice.Of(notice, ToldNotice.Closings([notice]), journal).Lookups;
        Assert.Equal(["R-1", "", "", ""], lookups.Select(one => one.Person));
        Assert.Equal(["sato", "", "", ""], lookups.Select(one => one.Official));
        Assert.Equal(["case-7", "", "", ""], lookups.Select(one => one.CaseId));
        Assert.All(lookups.Skip(1), one => Assert.Null(one.Time));
    }

    [Fact]
    public async Task An_entry_that_does_not_open_hides_no_other_lookup_of_the_notice()
    {
        var (first, changed) = (Id(), Id());
        await Asked(first, "jp.tax", Income);
        await Asked(changed, "jp.tax", Income);
        using (var file = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=False"))
            file.Execute("UPDATE asked SET task = 'other' WHERE request_id = @id", new { id = changed.ToByteArray() });
        var notice = new HeardNotice(Id(), new ReceivedNoticeContent
        {
            Header = new NoticeHeader { Sender = "jp.tax", Recipient = Chiyoda, DataSet = Income, NoticeId = Id(), TimeUnixMs = 1 }.ToByteString(),
            Content = new NoticeContent { Kind = NoticeKind.Recall, Reference = Id(), RequestIds = { changed, first } },
        });

        var lookups = ToldNotice.Of(notice, ToldNotice.Closings([notice]), journal).Lookups;
        Assert.Equal([("", true), ("R-1", false)], lookups.Select(one => (one.Person, one.Unreadable)));
    }

    ValueTask Answered(string requester, string person, AnswerStatus status, long at, string dataSet = Income) => journal.Write(new AnsweredEntry
    {
        TimeUnixMs = at,
        RequestId = Id(),
        Counterpart = requester,
        Task = "benefit-eligibility",
        DataSet = dataSet,
        Kind = LookupKind.Cold,
        Official = "official-1",
        Person = person,
        Status = status,
    });

    ValueTask Asked(ByteString requestId, string provider, string dataSet) => journal.Write(new AskedEntry
    {
        TimeUnixMs = 1,
        RequestId = requestId,
        Counterpart = provider,
        Task = "benefit-eligibility",
        DataSet = dataSet,
        Kind = LookupKind.Cold,
        Official = "sato",
        CaseId = "case-7",
        Person = "R-1",
        Status = AnswerStatus.Found,
    });

    static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
}
