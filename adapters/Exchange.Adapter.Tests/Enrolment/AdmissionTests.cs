using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class AdmissionTests
{
    readonly HastyTime time = new();
    readonly List<string> told = [];
    int attempts;

    [Fact]
    public async Task What_the_hub_has_not_heard_of_yet_is_tried_again_until_it_has_and_that_is_said_once()
    {
        Assert.Null(await Run(() => attempts < 4 ? Reasons.NotAdmitted("jp.mun.131016", 1) : null));
        Assert.Equal(4, attempts);
        Assert.Contains("Waiting", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_minute_and_a_half_it_is_refused_as_before()
    {
        var began = time.GetUtcNow();
        Assert.Equal(Reason.AgencyUnknown, (await Run(() => Reasons.Refuse(Reason.AgencyUnknown)))?.Reason);
        Assert.InRange(time.GetUtcNow() - began, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(95));
    }

    [Fact]
    public async Task What_waiting_does_not_mend_is_refused_at_once()
    {
        Assert.Equal(Reason.NameMismatch, (await Run(() => Reasons.Refuse(Reason.NameMismatch)))?.Reason);
        Assert.Equal(1, attempts);
        Assert.Empty(told);
    }

    Task<Refusal?> Run(Func<Refusal?> attempt) => Admission.UntilKnown(
        () =>
        {
            attempts++;
            return Task.FromResult(attempt());
        },
        told.Add, time, TestContext.Current.CancellationToken);

    /// <summary>Every wait is over as soon as it begins.</summary>
    sealed class HastyTime : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Advance(dueTime);
            return timer;
        }
    }
}
