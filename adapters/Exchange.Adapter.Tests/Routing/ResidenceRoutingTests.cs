using System.Collections.Concurrent;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Jobs;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Routing;

public sealed class ResidenceRoutingTests : IDisposable
{
    const string Here = "131016", One = "131024", Two = "271004", Abroad = "", On = "residence:2026-01-01";

    readonly Register register = new();
    readonly ConcurrentQueue<AskRequest> asked = new();

    public void Dispose() => register.Dispose();

    [Fact]
    public async Task Whoever_is_named_is_asked_as_named()
    {
        await Ask(provider: "tax");
        Assert.Equal("tax", Assert.Single(asked).Provider);
    }

    [Fact]
    public async Task The_municipality_of_the_day_is_asked_and_none_before_or_after()
    {
        var day = new DateOnly(2026, 1, 1);
        register.Moves = [new Move(new DateOnly(2020, 4, 1), day, Two), new Move(day, day.AddDays(1), One), new Move(day.AddDays(1), null, "")];
        var outcome = await Ask();
        Assert.Equal(("jp.mun." + One, Register.Person), (Assert.Single(asked).Provider, asked.Single().Person));
        Assert.Empty(outcome.Candidates);
    }

    [Fact]
    public async Task A_refusal_names_the_municipality_that_was_meant()
    {
        register.LivesIn(One);
        var outcome = await Ask(_ => Outcomes.Refused(Reason.ProviderUnknown));
        Assert.Equal((Reason.ProviderUnknown, "jp.mun." + One), (outcome.Refusal?.Reason, outcome.Provider));
    }

    [Fact]
    public async Task No_move_that_covers_the_day_has_a_mark_of_its_own_and_says_what_is_known()
    {
        Assert.Equal(Reason.ResidenceUnknown, await Refused());
        register.Moves = [new Move(new DateOnly(2020, 4, 1), new DateOnly(2021, 4, 1), One)];
        var refusal = (await Ask()).Refusal!;
        Assert.Equal(Reason.ResidenceUnknown, refusal.Reason);
        Assert.Contains("jp.mun.131024 from 2020-04-01 until 2021-04-01", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Whoever_keeps_no_record_of_moves_at_all_cannot_say_that_somebody_lived_nowhere()
    {
        var outcome = await register.WithoutResidences.Ask(Request(On), (_, _) => throw new InvalidOperationException("asked"), CancellationToken.None);
        Assert.Equal(Reason.ProviderUnknown, outcome.Refusal?.Reason);
    }

    [Fact]
    public async Task Abroad_alone_is_abroad_and_abroad_beside_any_town_is_a_doubt_that_nobody_is_asked_about()
    {
        register.LivesIn(Abroad);
        Assert.Equal(Reason.ResidenceAbroad, await Refused());
        foreach (var places in new string[][] { [One, Abroad], [Abroad, One, Two], [Here, Abroad] })
        {
            register.LivesIn(places);
            Assert.Equal(Reason.RecordsConflict, await Refused());
        }
        Assert.Contains("in jp.mun.131016 and abroad on 2026-01-01", (await Ask()).Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Who_lived_here_is_not_asked_for_elsewhere_and_here_beside_another_town_is_a_doubt()
    {
        register.LivesIn(Here);
        Assert.Equal(Reason.ProviderUnknown, await Refused());
        register.LivesIn(Here, One);
        Assert.Equal(Reason.RecordsConflict, await Refused());
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Several_towns_are_asked_side_by_side_the_same_town_once_and_five_are_a_mistake_of_the_record()
    {
        register.LivesIn(One, Two, One);
        var both = new TaskCompletionSource();
        var outcome = await register.Routing.Ask(Request(On), async (request, _) =>
        {
            asked.Enqueue(request);
            if (asked.Count == 2)
                both.SetResult();
            await both.Task;
            return Outcomes.Answered(request.Provider, AnswerStatus.NotFound);
        }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(["jp.mun." + One, "jp.mun." + Two], outcome.Candidates.Select(one => one.Provider));
        Assert.Equal(2, asked.Count);

        register.LivesIn(One, Two, "011002", "141003", "231002");
        Assert.Equal(Reason.ProviderUnknown, await Refused());
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Two_towns_that_agree_on_the_first_page_and_differ_on_the_second_contradict_each_other()
    {
        register.LivesIn(One, Two);
        var outcome = await Ask(request => request.PageToken.IsEmpty
            ? Outcomes.Found(request.Provider, new Household { MovedInOn = "2020-04-01" }) with { NextPage = ByteString.CopyFromUtf8("2") }
            : Outcomes.Found(request.Provider, new Household { Members = { new HouseholdMember { BirthYear = request.Provider.EndsWith(One, StringComparison.Ordinal) ? 1960 : 1961 } } }));
        Assert.Equal(Reason.RecordsConflict, outcome.Refusal?.Reason);
        Assert.All(outcome.Candidates, one => Assert.Equal(2, one.Receipts.Count));
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task Strangers_bad_days_and_a_record_of_moves_that_cannot_be_read_ask_nobody()
    {
        register.LivesIn(One);
        Assert.Equal(Reason.PersonUnknown, (await register.Routing.Ask(Request(On) with { Person = "4712" }, Never, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(Reason.QuestionInvalid, (await register.Routing.Ask(Request("residence:yesterday"), Never, CancellationToken.None)).Refusal?.Reason);
        register.IsUnreadable = true;
        Assert.Equal(Reason.SourceUnavailable, (await register.Routing.Ask(Request(On), Never, CancellationToken.None)).Refusal?.Reason);

        static Task<AskOutcome> Never(AskRequest request, CancellationToken cancelled) => throw new InvalidOperationException("asked");
    }

    async Task<Reason?> Refused() => (await Ask()).Refusal?.Reason;

    Task<AskOutcome> Ask(Func<AskRequest, AskOutcome>? answer = null, string provider = On) => register.Routing.Ask(Request(provider), (request, _) =>
    {
        asked.Enqueue(request);
        return Task.FromResult(answer?.Invoke(request) ?? Outcomes.Answered(request.Provider, AnswerStatus.NotFound));
    }, CancellationToken.None);

    static AskRequest Request(string provider) =>
        new(Register.Person, provider, "record-linking", "municipality.household.v1", ByteString.Empty, "suzuki", "", null, ByteString.Empty);
}
