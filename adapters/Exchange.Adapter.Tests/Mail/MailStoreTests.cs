using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Mail;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Mail;

/// <summary>What an agency keeps of letters, and the keys that open them.</summary>
public sealed class MailStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-mail-").FullName;
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
    readonly AgencyKeys keys;
    readonly ThrowawayAuthority ca;
    readonly AgencySigner signer;
    MailDatabase database;

    public MailStoreTests()
    {
        AgencyKeys.Create(Path.Combine(folder, "keys", "agency.keys"));
        keys = AgencyKeys.Read(Path.Combine(folder, "keys", "agency.keys"));
        ca = ThrowawayAuthority.Create(time);
        signer = new AgencySigner(ca.IssueAgency("jp.tax"));
        database = new MailDatabase(Path.Combine(folder, "mail.db"), keys, time);
    }

    public void Dispose()
    {
        database.Dispose();
        signer.Dispose();
        ca.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_mailbox_has_another_key_each_day_and_all_of_them_after_a_restart()
    {
        var published = new List<Mailbox>();
        using (var mailbox = new MailboxKeys(database, signer, time))
            for (var day = 0; day < 3; day++)
            {
                published.Add(mailbox.Current);
                time.Advance(TimeSpan.FromHours(23));
                Assert.Equal(published[^1], mailbox.Current);
                time.Advance(TimeSpan.FromHours(1));
            }
        Reopen();

        using var again = new MailboxKeys(database, signer, time);
        Assert.Equal(3, published.Select(one => one.KeyId).Distinct().Count());
        Assert.All(published, one => Assert.NotNull(again.Find(one.KeyId)));
        Assert.Null(again.Find(ByteString.CopyFrom(new byte[8])));
    }

    [Fact]
    public void A_key_is_forgotten_when_nothing_can_be_under_way_for_it_and_a_hub_has_taken_a_newer_one()
    {
        ByteString first;
        using (var mailbox = new MailboxKeys(database, signer, time))
        {
            first = mailbox.Current.KeyId;
            time.Advance(MailRules.KeyKeptFor + TimeSpan.FromSeconds(1));
            // A clock that ran ahead costs no key: no hub takes its mailbox, and so nobody prunes.
            _ = mailbox.Current;
            Assert.NotNull(mailbox.Find(first));
            mailbox.Prune();
            Assert.Null(mailbox.Find(first));
        }
        Reopen();
        using var again = new MailboxKeys(database, signer, time);
        Assert.Null(again.Find(first));
    }

    [Fact]
    public void A_key_of_a_day_that_has_not_come_is_published_no_more_once_the_clock_is_right()
    {
        using var mailbox = new MailboxKeys(database, signer, time);
        var ahead = new FakeTimeProvider(time.GetUtcNow() + TimeSpan.FromDays(400));
        using (var wrong = new MailboxKeys(database, signer, ahead))
            _ = wrong.Current;
        using var right = new MailboxKeys(database, signer, time);
        Assert.True(right.Current.IssuedAtUnixMs <= time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public void With_another_key_file_neither_keys_nor_letters_open_and_nothing_fails()
    {
        var sent = new SentLetters(database, time);
        Assert.Null(sent.Add(Letter(SentState.Waiting), ""));
        using (var mailbox = new MailboxKeys(database, signer, time))
            _ = mailbox.Current;
        database.Dispose();
        AgencyKeys.Create(Path.Combine(folder, "keys", "other.keys"));
        using var other = AgencyKeys.Read(Path.Combine(folder, "keys", "other.keys"));
        database = new MailDatabase(Path.Combine(folder, "mail.db"), other, time);

        Assert.Empty(new SentLetters(database, time).Of(SentState.Waiting));
        using var anew = new MailboxKeys(database, signer, time);
        Assert.NotEmpty(anew.Current.KeyId);
    }

    [Fact]
    public void An_answer_that_was_faster_than_the_call_that_left_its_letter_stays()
    {
        var sent = new SentLetters(database, time);
        var letter = Letter(SentState.Leaving);
        Assert.Null(sent.Add(letter, ""));
        sent.Keep(With(letter, SentState.Answered));
        sent.Keep(With(letter, SentState.Waiting));
        sent.Withdraw(letter.RequestId);
        Assert.Equal(SentState.Answered, sent.Find(letter.RequestId)?.Content.State);
        // Whoever asked has even let go of it.
        sent.Forget(letter.RequestId);
        sent.Keep(With(letter, SentState.Waiting));
        Assert.Null(sent.Find(letter.RequestId));
    }

    [Fact]
    public void A_letter_left_under_a_key_once_more_is_the_letter_of_the_first_time_until_it_is_let_go_of()
    {
        var sent = new SentLetters(database, time);
        var (first, again, other) = (Letter(SentState.Leaving), Letter(SentState.Leaving), Letter(SentState.Leaving, "another"));
        Assert.Null(sent.Add(first, "k-1"));
        Assert.Null(sent.Add(other, "k-1"));
        Reopen();
        sent = new SentLetters(database, time);
        Assert.Equal(first.RequestId, sent.Add(again, "k-1")?.RequestId);
        Assert.Null(sent.Find(again.RequestId));
        Assert.Equal(first.RequestId, sent.Find("front-office", "k-1")?.RequestId);
        // Without a key each is another letter.
        Assert.Null(sent.Add(again, ""));
        Assert.Null(sent.Add(Letter(SentState.Leaving), ""));

        sent.Keep(With(first, SentState.Answered));
        sent.Forget(first.RequestId);
        Assert.Null(sent.Find("front-office", "k-1"));
        Assert.Null(sent.Add(Letter(SentState.Leaving), "k-1"));
    }

    [Fact]
    public void What_a_hub_says_became_of_a_letter_stands_over_its_having_been_given_up()
    {
        var sent = new SentLetters(database, time);
        var letter = Letter(SentState.Refused);
        Assert.Null(sent.Add(letter, ""));
        sent.Settle(With(letter, SentState.Answered));
        Assert.Equal(SentState.Answered, sent.Find(letter.RequestId)?.Content.State);
    }

    [Fact]
    public void Each_system_sees_its_own_letters_the_oldest_first_over_a_restart_and_lets_go_of_them()
    {
        var sent = new SentLetters(database, time);
        var letters = new[] { Letter(SentState.Waiting), Letter(SentState.Answered), Letter(SentState.Refused) };
        foreach (var letter in letters)
            Assert.Null(sent.Add(letter, ""));
        Assert.Null(sent.Add(Letter(SentState.Answered, "another"), ""));
        Reopen();

        sent = new SentLetters(database, time);
        Assert.Equal(letters.Select(one => one.RequestId), sent.Of("front-office", settled: false, 10).Select(one => one.RequestId));
        Assert.Equal(letters[1..].Select(one => one.RequestId), sent.Of("front-office", settled: true, 10).Select(one => one.RequestId));
        Assert.Equal((4, 3), (sent.Count, sent.CountOf("front-office")));
        sent.Forget(letters[1].RequestId);
        Assert.Null(sent.Find(letters[1].RequestId));
    }

    [Fact]
    public void The_file_has_neither_person_nor_caller_nor_what_was_let_go_of()
    {
        var sent = new SentLetters(database, time);
        var letter = Letter(SentState.Answered);
        Assert.Null(sent.Add(letter, ""));
        sent.Forget(letter.RequestId);
        database.Dispose();
        var bytes = Directory.EnumerateFiles(folder, "mail.db*").SelectMany(File.ReadAllBytes).ToArray();
        database = new MailDatabase(Path.Combine(folder, "mail.db"), keys, time);
        foreach (var telltale in new[] { "R-1001", "front-office" })
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(telltale)) < 0);
    }

    SentLetter Letter(SentState state, string caller = "front-office")
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return new SentLetter(ByteString.CopyFrom(Guid.NewGuid().ToByteArray()), new SentContent
        {
            Caller = caller,
            Person = "R-1001",
            State = state,
            SubmittedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ExpiryUnixMs = (time.GetUtcNow() + TimeSpan.FromDays(3)).ToUnixTimeMilliseconds(),
        });
    }

    static SentLetter With(SentLetter letter, SentState state)
    {
        var content = letter.Content.Clone();
        content.State = state;
        return letter with { Content = content };
    }

    void Reopen()
    {
        database.Dispose();
        database = new MailDatabase(Path.Combine(folder, "mail.db"), keys, time);
    }
}
