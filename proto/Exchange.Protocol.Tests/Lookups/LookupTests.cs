using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.Protocol.Tests.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Lookups;

public sealed class LookupTests : IDisposable
{
    const int DeclaredSize = 512;

    static readonly LookupTarget target = new("benefit.child", "tax.income.v1", 1);

    readonly Agencies agencies = new();
    readonly RequesterSession session;
    readonly byte[] unblinding = RandomNumberGenerator.GetBytes(32), point = RandomNumberGenerator.GetBytes(32), handle = RandomNumberGenerator.GetBytes(64);

    public LookupTests() => session = agencies.Open();

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void A_cold_question_and_its_answer_arrive_as_they_were_sent()
    {
        var asked = Cold();
        using var opened = Open(asked.Message);
        Assert.Equal(unblinding, opened.Unblinding.ToArray());
        Assert.Equal("case 1", opened.Question.CaseId);
        Assert.Equal(asked.Question.ToArray(), opened.Message.ToArray());
        Assert.Equal(asked.Sequence, opened.Header.Sequence);
        Assert.Throws<InvalidOperationException>(() => opened.Handle.Length);

        var given = Answer(opened, AnswerStatus.Found, handle);
        Assert.True(session.TryOpen(asked, given.Message, DeclaredSize, out var answer, out _));
        Assert.Equal(AnswerStatus.Found, answer.Status);
        Assert.Equal(1234, answer.AsOfUnixMs);
        Assert.Equal(handle, answer.Handle.ToArray());
        Assert.Equal("record", answer.Answer.Record.ToStringUtf8());
        Assert.Equal(given.Answer.ToArray(), answer.Message.ToArray());
    }

    [Fact]
    public void A_warm_question_carries_the_handle_and_no_point()
    {
        var asked = Warm();
        Assert.True(asked.Message.Point.IsEmpty);
        using var opened = Open(asked.Message);
        Assert.Equal(handle, opened.Handle.ToArray());
        Assert.Throws<InvalidOperationException>(() => opened.Unblinding.Length);
        asked.Message.Point = ByteString.CopyFrom(point);
        Assert.Equal(Reason.PointInvalid, Refused(asked.Message));
    }

    [Fact]
    public void No_bit_of_header_ciphertext_or_commitment_of_a_question_can_be_flipped()
    {
        var asked = Cold();
        var message = asked.Message;
        foreach (var bent in Agencies.EachBitFlipped(message.Header.ToByteArray()))
            Assert.NotEqual(Reason.Unspecified, Refused(With(one => one.Header = ByteString.CopyFrom(bent))));
        foreach (var bent in Agencies.EachBitFlipped(message.Ciphertext.ToByteArray()))
            Assert.Equal(Reason.CiphertextInvalid, Refused(With(one => one.Ciphertext = ByteString.CopyFrom(bent))));
        Assert.Equal(Reason.Unspecified, Refused(message));

        asked = Cold();
        var committed = asked.Message;
        Assert.Equal(Reason.CommitmentMismatch, Refused(Bent(committed)));

        SealedQuestion With(Action<SealedQuestion> change)
        {
            var copy = message.Clone();
            change(copy);
            return copy;
        }

        static SealedQuestion Bent(SealedQuestion question)
        {
            var copy = question.Clone();
            copy.Commitment = ByteString.CopyFrom(Agencies.EachBitFlipped(question.Commitment.ToByteArray()).First());
            return copy;
        }
    }

    [Fact]
    public void No_bit_of_an_answer_can_be_flipped()
    {
        var asked = Cold();
        using var opened = Open(asked.Message);
        var given = Answer(opened, AnswerStatus.Found, handle).Message;
        foreach (var bent in Agencies.EachBitFlipped(given.Ciphertext.ToByteArray()))
        {
            Assert.False(session.TryOpen(asked, new SealedAnswer { Ciphertext = ByteString.CopyFrom(bent), Commitment = given.Commitment }, DeclaredSize, out _, out var reason));
            Assert.Equal(Reason.AnswerInvalid, reason);
        }
        foreach (var bent in Agencies.EachBitFlipped(given.Commitment.ToByteArray()))
        {
            Assert.False(session.TryOpen(asked, new SealedAnswer { Ciphertext = given.Ciphertext, Commitment = ByteString.CopyFrom(bent) }, DeclaredSize, out _, out var reason));
            Assert.Equal(Reason.CommitmentMismatch, reason);
        }
        Assert.False(session.TryOpen(asked, given, DeclaredSize + 128, out _, out _));
        Assert.True(session.TryOpen(asked, given, DeclaredSize, out _, out _));
    }

    [Fact]
    public void One_answer_is_taken_for_one_question_and_only_its_own()
    {
        var (first, second) = (Cold(), Cold());
        using var opened = Open(first.Message);
        var given = Answer(opened, AnswerStatus.Found, handle).Message;
        Assert.False(session.TryOpen(second, given, DeclaredSize, out _, out var reason));
        Assert.Equal(Reason.AnswerInvalid, reason);
        Assert.True(session.TryOpen(first, given, DeclaredSize, out _, out _));
        Assert.False(session.TryOpen(first, given, DeclaredSize, out _, out reason));
        Assert.Equal(Reason.SequenceReplayed, reason);
    }

    [Fact]
    public void A_replayed_question_is_refused()
    {
        var asked = Cold();
        Assert.Equal(Reason.Unspecified, Refused(asked.Message));
        Assert.Equal(Reason.SequenceReplayed, Refused(asked.Message));
    }

    [Fact]
    public void Of_one_question_arriving_on_many_threads_one_is_opened()
    {
        var asked = Warm();
        var admitted = 0;
        Parallel.For(0, 64, _ =>
        {
            if (Refused(asked.Message) == Reason.Unspecified)
                Interlocked.Increment(ref admitted);
        });
        Assert.Equal(1, admitted);
    }

    [Fact]
    public void A_question_left_of_the_window_is_too_old_and_may_be_repeated()
    {
        var early = Warm();
        for (var i = 0; i < 8191; i++)
            Assert.True(session.TryTakeSequence(agencies.Time.GetUtcNow(), out _));
        Assert.Equal(Reason.Unspecified, Refused(Warm().Message));
        Assert.Equal(Reason.SequenceTooOld, Refused(early.Message));
        Assert.Equal(Reason.Unspecified, Refused(Warm().Message));
    }

    [Fact]
    public void A_forged_sequence_does_not_move_the_window()
    {
        var asked = Warm();
        var header = Header.Parser.ParseFrom(asked.Message.Header);
        header.Sequence = SessionRules.LastSequence;
        var forged = asked.Message.Clone();
        forged.Header = header.ToByteString();
        Assert.Equal(Reason.CiphertextInvalid, Refused(forged));
        Assert.Equal(Reason.Unspecified, Refused(asked.Message));
    }

    [Fact]
    public void Parallel_sealing_never_repeats_a_sequence()
    {
        var seen = new ConcurrentDictionary<ulong, bool>();
        Parallel.For(0, 2000, _ =>
        {
            var asked = Warm();
            Assert.True(seen.TryAdd(asked.Sequence, true));
            Assert.Equal(Reason.Unspecified, Refused(asked.Message));
        });
        Assert.Equal(2000, seen.Count);
        Assert.Equal(2000UL, seen.Keys.Max());
    }

    [Fact]
    public void The_session_ends_at_the_last_sequence()
    {
        using var keys = SessionKeys.From(new byte[32], new byte[32]);
        using var ending = new RequesterSession(agencies.Offer().Offer, keys, agencies.Time, SessionRules.LastSequence - 1);
        Assert.True(ending.TrySealWarm(target, handle, new Question(), out var last, out _));
        Assert.Equal(SessionRules.LastSequence, last.Sequence);
        Assert.True(ending.HasEnded);
        Assert.False(ending.TrySealWarm(target, handle, new Question(), out _, out var reason));
        Assert.Equal(Reason.SessionEnded, reason);
    }

    [Fact]
    public void The_session_ends_with_its_time_on_both_sides()
    {
        using var brief = agencies.Open(lifetime: TimeSpan.FromSeconds(30));
        Assert.True(brief.TrySealWarm(target, handle, new Question(), out var asked, out _));
        agencies.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(brief.HasEnded);
        Assert.False(brief.TrySealWarm(target, handle, new Question(), out _, out var reason));
        Assert.Equal(Reason.SessionEnded, reason);
        Assert.Equal(Reason.SessionEnded, Refused(asked.Message));
    }

    [Fact]
    public void A_question_more_than_a_minute_away_is_refused()
    {
        var asked = Warm();
        agencies.Time.Advance(TimeSpan.FromMilliseconds(60_001));
        Assert.Equal(Reason.TimeOutOfRange, Refused(asked.Message));
    }

    [Fact]
    public void A_question_for_another_session_requester_provider_node_data_set_epoch_or_kind_is_refused()
    {
        var other = agencies.Open();
        Assert.Equal(Reason.CiphertextInvalid, Changed(one => one.SessionId = other.Id));
        Assert.Equal(Reason.UnknownSession, Changed(one => one.SessionId = ByteString.CopyFrom(new byte[16])));
        Assert.Equal(Reason.UnknownSession, Changed(one => one.Requester = "jp.mun.011002"));
        Assert.Equal(Reason.HeaderInvalid, Changed(one => one.Provider = "jp.pension"));
        Assert.Equal(Reason.HeaderInvalid, Changed(one => one.Node = "node-2"));
        Assert.Equal(Reason.CiphertextInvalid, Changed(one => one.DataSet = "tax.resident.v1"));
        Assert.Equal(Reason.CiphertextInvalid, Changed(one => one.Task = "audit"));
        Assert.Equal(Reason.CiphertextInvalid, Changed(one => one.RequesterEpoch = 2));
        Assert.NotEqual(Reason.Unspecified, Changed(one => one.Kind = LookupKind.Cold));
        Assert.Equal(Reason.HeaderInvalid, Changed(one => one.Kind = LookupKind.Mail));
        Assert.Equal(Reason.Unspecified, Changed(_ => { }));

        Reason Changed(Action<Header> change)
        {
            var asked = Warm();
            var header = Header.Parser.ParseFrom(asked.Message.Header);
            change(header);
            asked.Message.Header = header.ToByteString();
            return Refused(asked.Message);
        }
    }

    [Fact]
    public void Another_agency_cannot_ask_in_the_session_of_this_one()
    {
        using var theirs = agencies.Open(agencies.Signer(CertificateName.Agency("jp.mun.011002")));
        Assert.True(theirs.TrySealWarm(target, handle, new Question(), out var asked, out _));
        var header = Header.Parser.ParseFrom(asked.Message.Header);
        header.Requester = Agencies.Town;
        header.SessionId = session.Id;
        asked.Message.Header = header.ToByteString();
        Assert.Equal(Reason.CiphertextInvalid, Refused(asked.Message));
    }

    [Fact]
    public void A_restarted_provider_does_not_know_the_session()
    {
        var restarted = agencies.NewProvider("node-1");
        Assert.False(restarted.TryOpen(Warm().Message, out _, out var reason));
        Assert.Equal(Reason.UnknownSession, reason);
    }

    [Fact]
    public void Every_status_has_the_same_size_whatever_it_carries_and_opens()
    {
        var sizes = new HashSet<(int, int)>();
        foreach (var status in Enum.GetValues<AnswerStatus>().Where(one => one != AnswerStatus.Unspecified))
            foreach (var record in new[] { 0, 1, 400 })
            {
                var asked = Cold();
                using var opened = Open(asked.Message);
                var answer = new Answer { Record = ByteString.CopyFrom(new byte[record]) };
                Assert.True(opened.TrySealAnswer(status, 0, status == AnswerStatus.Found ? handle : [], answer, DeclaredSize, out var given, out _));
                Assert.True(session.TryOpen(asked, given.Message, DeclaredSize, out var read, out _));
                Assert.Equal(status, read.Status);
                sizes.Add((given.Message.Ciphertext.Length, given.Message.Commitment.Length));
            }
        Assert.Equal([(12 + 1 + 8 + 64 + DeclaredSize + 16, 32)], sizes);
    }

    [Fact]
    public void An_answer_larger_than_declared_is_not_cut_but_refused()
    {
        using var opened = Open(Cold().Message);
        var answer = new Answer { Record = ByteString.CopyFrom(new byte[DeclaredSize]) };
        Assert.False(opened.TrySealAnswer(AnswerStatus.Found, 0, [], answer, DeclaredSize, out _, out var reason));
        Assert.Equal(Reason.AnswerTooLarge, reason);
    }

    [Fact]
    public void Questions_of_like_length_look_alike_and_commitments_never_repeat()
    {
        var question = new Question { Query = ByteString.CopyFromUtf8("1") };
        var longer = new Question { Query = ByteString.CopyFromUtf8("1234567890"), Official = "official" };
        Assert.True(session.TrySealCold(target, point, unblinding, question, out var first, out _));
        Assert.True(session.TrySealCold(target, point, unblinding, longer, out var second, out _));
        Assert.Equal(first.Message.Ciphertext.Length, second.Message.Ciphertext.Length);
        Assert.True(session.TrySealCold(target, point, unblinding, question, out var again, out _));
        Assert.NotEqual(first.Message.Commitment, again.Message.Commitment);
    }

    [Fact]
    public void A_question_too_large_takes_no_sequence()
    {
        var question = new Question { Query = ByteString.CopyFrom(new byte[65 * 1024]) };
        Assert.False(session.TrySealWarm(target, handle, question, out _, out var reason));
        Assert.Equal(Reason.MessageTooLarge, reason);
        Assert.Equal(1UL, Warm().Sequence);
    }

    [Fact]
    public void The_unblinding_is_zeroed_when_the_question_is_done_with()
    {
        var opened = Open(Cold().Message);
        opened.Dispose();
        Assert.Equal(new byte[32], opened.Unblinding.ToArray());
    }

    AskedQuestion Cold()
    {
        Assert.True(session.TrySealCold(target, point, unblinding, new Question { CaseId = "case 1" }, out var asked, out var reason), reason.ToString());
        return asked;
    }

    AskedQuestion Warm()
    {
        Assert.True(session.TrySealWarm(target, handle, new Question { CaseId = "case 1" }, out var asked, out var reason), reason.ToString());
        return asked;
    }

    OpenedQuestion Open(SealedQuestion question)
    {
        Assert.True(agencies.Provider.TryOpen(question, out var opened, out var reason), reason.ToString());
        return opened;
    }

    Reason Refused(SealedQuestion question) => agencies.Provider.TryOpen(question, out _, out var reason) ? Reason.Unspecified : reason;

    static GivenAnswer Answer(OpenedQuestion opened, AnswerStatus status, byte[] handle)
    {
        Assert.True(opened.TrySealAnswer(status, 1234, handle, new Answer { Record = ByteString.CopyFromUtf8("record") }, DeclaredSize, out var given, out _));
        return given;
    }
}
