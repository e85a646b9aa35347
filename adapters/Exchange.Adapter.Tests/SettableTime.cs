using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests;

/// <summary>Its wall can be set, as a machine's can; what it counts by itself only goes forward.</summary>
sealed class SettableTime() : FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null))
{
    /// <summary>By how much the wall is ahead; below nothing when it was set back.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    // The base counts from GetUtcNow.
    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
}
