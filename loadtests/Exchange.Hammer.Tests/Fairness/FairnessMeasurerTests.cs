using Exchange.Hammer.Fairness;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Tests.Parties;

namespace Exchange.Hammer.Tests.Fairness;

/// <summary>Real processes over real TLS, in a run too short for any figure to mean anything.</summary>
[Collection(OwnExchange.OneAtATime)]
public sealed class FairnessMeasurerTests : IDisposable
{
    readonly string state = Directory.CreateTempSubdirectory("exchange-fairness-").FullName;

    public void Dispose() => Directory.Delete(state, recursive: true);

    [Fact]
    public async Task Beside_each_aggressor_the_victim_is_answered_and_each_does_its_worst()
    {
        var plan = Sample.Plan with { WarmUp = TimeSpan.FromSeconds(1), Rounds = 3, Length = TimeSpan.FromSeconds(1), List = 200, Stuck = 200, Concurrency = 32, Nice = 0 };
        await using var exchange = await LoneExchange.Start(state, plan.People, folder => Task.Run(() => Flood.WriteQuota(folder)), new Heard(), default, everybody: true, plan.Asked);

        var figures = await new FairnessMeasurer(plan, exchange, state, new Heard()).Run(Soak.Sample.Machine("abc"), default);

        Assert.Equal(AggressorNames.All, figures.Aggressors.Select(one => one.Name));
        Assert.All(figures.Aggressors, one => Assert.All(one.Rounds, round => Assert.True(round is { Without.Answers: > 0, Beside.Answers: > 0, Deeds.Asked: > 0 }, round.ToString())));
        var (flood, batch, deaf) = (figures.Aggressors[0], figures.Aggressors[1], figures.Aggressors[2]);
        // The burst of the quota was used up while it warmed up.
        Assert.All(flood.Rounds, round => Assert.True(round.Deeds.Refused["QUOTA_EXCEEDED"] > round.Deeds.Answered, round.ToString()));
        Assert.All(batch.Rounds, round => Assert.True(round.Deeds.Answered > 0, round.ToString()));
        Assert.All(deaf.Rounds, round => Assert.True(round.Deeds is { Answered: 0, Unread: > 30_000 }, round.ToString()));
    }
}
