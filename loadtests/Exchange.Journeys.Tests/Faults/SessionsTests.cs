using Exchange.Adapter.Asking;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>What the asking adapter keeps of sessions, and what it lets go.</summary>
public sealed class SessionsTests(Enrolled enrolled)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_keys_of_a_dropped_session_go_with_the_last_question_that_is_under_way_in_it()
    {
        await using var scene = await Scene.Start(enrolled);
        var sessions = scene.Of<OpenSessions>(Scene.Chiyoda);
        var first = await Get(sessions);
        // The other place, then the first again.
        using var beside = await Get(sessions);
        var second = await Get(sessions);
        Assert.Same(first, second);

        sessions.Drop(first);
        sessions.Drop(first);

        Assert.False(first.Session.HasEnded);
        first.Dispose();
        Assert.False(first.Session.HasEnded);
        second.Dispose();
        Assert.True(first.Session.HasEnded);
        Assert.False(beside.Session.HasEnded);
        await scene.Acquainted(scene.Resident(Scene.Chiyoda, 0));
    }

    [Fact]
    public async Task The_keys_of_a_session_whose_connection_was_lost_go_when_another_takes_its_place()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Chiyoda]);
        var sessions = scene.Of<OpenSessions>(Scene.Chiyoda);
        var (before, beside) = (await Get(sessions), await Get(sessions));
        scene.Wire(Scene.Chiyoda).Cut();
        await Scene.Until(() => before.Connection.Frames.IsLost && beside.Connection.Frames.IsLost, "connections lost");

        await scene.Acquainted(scene.Resident(Scene.Chiyoda, 0));

        Assert.False(before.Session.HasEnded || beside.Session.HasEnded);
        before.Dispose();
        beside.Dispose();
        Assert.True(before.Session.HasEnded && beside.Session.HasEnded);
    }

    [Fact]
    public async Task Ten_thousand_invented_providers_leave_nothing_behind()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 0);
        await scene.Acquainted(who);

        var answered = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancelled) =>
        {
            if ((await scene.Ask(who, $"jp.invented.n{i}", cancelled)).Refusal is null)
                Interlocked.Increment(ref answered);
        });

        Assert.Equal(0, answered);
        var sessions = scene.Of<OpenSessions>(Scene.Chiyoda);
        Assert.Equal((1, 2), (sessions.Providers, sessions.Open));
        Assert.Empty((await scene.Answered(who)).RepeatedBecause);
    }

    static async Task<OpenSession> Get(OpenSessions sessions)
    {
        var (session, refusal) = await sessions.Get(Scene.Tax, null, patience, default);
        Assert.Null(refusal);
        return session!;
    }
}
