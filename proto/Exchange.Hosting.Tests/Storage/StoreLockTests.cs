using Exchange.Hosting.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hosting.Tests.Storage;

public sealed class StoreLockTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 9, 30, 0, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_holder_is_refused_and_told_who_the_first_one_is()
    {
        using var first = StoreLock.Take(folder["store.db"], time);

        var refused = Assert.Throws<StoreException>(() => StoreLock.Take(folder["store.db"], time));

        Assert.Equal(StoreFault.InUse, refused.Fault);
        Assert.Contains($"process {Environment.ProcessId} ", refused.Message);
        Assert.Contains("since 2026-04-01 09:30:00Z", refused.Message);
    }

    [Fact]
    public void A_lock_given_back_can_be_taken_again()
    {
        StoreLock.Take(folder["store.db"], time).Dispose();
        StoreLock.Take(folder["store.db"], time).Dispose();
    }

    [Fact]
    public void What_a_dead_process_left_behind_holds_nothing()
    {
        File.WriteAllText(folder["store.db.lock"], "");
        File.WriteAllText(folder["store.db.holder"], "process 1 (gone)");

        StoreLock.Take(folder["store.db"], time).Dispose();
    }
}
