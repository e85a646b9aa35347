using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Configuration;
using Exchange.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Policy;

public sealed class PolicyReloaderTests : IDisposable
{
    const string Revoked = "rows: []";

    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-policy-").FullName;
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
    readonly RecordingLogger log = new();

    PolicyFiles Files => new(Path.Combine(folder, "directory.yaml"), Path.Combine(folder, "matrix.yaml"), Path.Combine(folder, "quotas.yaml"));

    public PolicyReloaderTests()
    {
        File.WriteAllText(Files.Directory, DirectoryText);
        File.WriteAllText(Files.Matrix, MatrixText);
        File.WriteAllText(Files.Quotas!, "lookups: { default: { rate: 10/s, burst: 20 } }");
    }

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_hub_does_not_start_with_bad_files_and_hears_the_mistakes_of_all_of_them()
    {
        File.WriteAllText(Files.Directory, DirectoryText.Replace("jp.mun.131016", "jp.mun.131017", StringComparison.Ordinal));
        File.WriteAllText(Files.Matrix, MatrixText.Replace("2026-01-01", "soon", StringComparison.Ordinal));

        var refused = Assert.Throws<ConfigurationException>(Open);

        Assert.Equal([Files.Directory, Files.Matrix], refused.Problems.Select(problem => problem.File));
    }

    [Fact]
    public void A_bad_file_is_refused_whole_and_the_old_policy_stays_in_force()
    {
        using var reloader = Open();
        var old = reloader.Current;
        var changes = 0;
        reloader.Changed += (_, _) => changes++;
        File.WriteAllText(Files.Matrix, MatrixText + "\n" + Row(Chuo, "tax") + Row("nobody", "tax"));
        File.WriteAllText(Files.Quotas!, "lookups: { default: { rate: 10/s, burst: 0 } }");

        Assert.False(reloader.ReloadNow());

        Assert.Same(old, reloader.Current);
        Assert.Equal(0, changes);
        Assert.Equal([Files.Matrix, Files.Quotas!], reloader.LastProblems.Select(problem => problem.File));
        Assert.Equal(3, log.Errors.Count);
        Assert.Contains(log.Errors, line => line.Contains("unknown kind 'nobody'", StringComparison.Ordinal));

        File.WriteAllText(Files.Matrix, MatrixText);
        File.WriteAllText(Files.Quotas!, "{}");
        Assert.True(reloader.ReloadNow());
        Assert.Empty(reloader.LastProblems);
    }

    [Fact]
    public void A_file_that_is_gone_leaves_the_old_policy_in_force()
    {
        using var reloader = Open();
        File.Delete(Files.Matrix);

        Assert.False(reloader.ReloadNow());

        Assert.True(reloader.Current.Matrix.Decide(Chiyoda, Tax, "benefit-eligibility", Income, Today).IsGranted);
        Assert.Contains("does not exist", Assert.Single(reloader.LastProblems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_tells_old_and_new_after_it_is_in_force_and_one_listener_that_fails_does_not_silence_the_next()
    {
        using var reloader = Open();
        (PolicySnapshot Old, PolicySnapshot New, PolicySnapshot InForce)? heard = null;
        reloader.Changed += (_, _) => throw new InvalidOperationException("listener");
        reloader.Changed += (old, next) => heard = (old, next, reloader.Current);
        var before = reloader.Current;
        File.WriteAllText(Files.Matrix, Revoked);

        Assert.True(reloader.ReloadNow());

        Assert.Same(before, heard!.Value.Old);
        Assert.Same(reloader.Current, heard.Value.New);
        Assert.Same(reloader.Current, heard.Value.InForce);
        Assert.Contains(log.Errors, line => line.Contains("listener", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_of_any_of_the_three_files_is_another_version_and_the_same_files_are_the_same_one()
    {
        using var reloader = Open();
        var versions = new List<string> { reloader.Current.Version };
        foreach (var (file, text) in new[]
        {
            (Files.Directory, DirectoryText.Replace("Chuo, status: active", "Chuo, status: suspended", StringComparison.Ordinal)),
            (Files.Matrix, Revoked),
            (Files.Quotas!, "lookups: { default: { rate: 10/s, burst: 21 } }"),
        })
        {
            var before = File.ReadAllText(file);
            File.WriteAllText(file, text);
            Assert.True(reloader.ReloadNow());
            versions.Add(reloader.Current.Version);
            File.WriteAllText(file, before);
            Assert.True(reloader.ReloadNow());
            Assert.Equal(versions[0], reloader.Current.Version);
        }

        Assert.Equal(4, versions.Distinct().Count());
        Assert.All(versions, version => Assert.Equal(64, version.Length));
        var hashes = new[] { Files.Directory, Files.Matrix, Files.Quotas! }.Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) + "\n");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes)))), versions[0]);
    }

    [Fact]
    public async Task A_revocation_written_to_the_file_is_in_force_within_five_seconds()
    {
        using var reloader = Open();
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reloader.Changed += (_, _) => changed.TrySetResult();
        await reloader.StartAsync(CancellationToken.None);
        File.WriteAllText(Files.Matrix, Revoked);

        await PassTimeUntil(changed.Task);

        Assert.True(PolicyReloader.DefaultPoll + PolicyReloader.Settling < TimeSpan.FromSeconds(5));
        Assert.Equal(Reason.TaskUnknown, reloader.Current.Matrix.Decide(Chiyoda, Tax, "benefit-eligibility", Income, Today).Reason);
        await reloader.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_file_that_stays_the_same_is_taken_up_once()
    {
        using var reloader = Open();
        var changes = new ConcurrentQueue<PolicySnapshot>();
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reloader.Changed += (_, next) =>
        {
            changes.Enqueue(next);
            changed.TrySetResult();
        };
        await reloader.StartAsync(CancellationToken.None);

        File.WriteAllText(Files.Matrix, MatrixText + "\n# whole");
        await PassTimeUntil(changed.Task);
        for (var i = 0; i < 50; i++)
        {
            time.Advance(PolicyReloader.DefaultPoll);
            await Task.Yield();
        }

        Assert.Equal(Matrix(MatrixText + "\n# whole").Version, Assert.Single(changes).Matrix.Version);
        await reloader.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Readers_never_see_the_directory_of_one_policy_with_the_matrix_of_another()
    {
        using var reloader = Open();
        Write(0);
        reloader.ReloadNow();
        using var stop = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<string, bool>();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var policy = reloader.Current;
                Assert.True(policy.Directory.TryGetAgency(Tax, out var tax));
                var decision = policy.Matrix.Decide(Chiyoda, Tax, "benefit-eligibility", Income, Today);
                Assert.Equal(tax.Name, decision.LegalBasis);
                Assert.Same(policy.Directory, policy.Quotas.Directory);
                seen.TryAdd(tax.Name, true);
            }
        })).ToArray();

        for (var i = 1; i <= 40 || seen.Count < 3; i++)
        {
            Write(i);
            Assert.True(reloader.ReloadNow());
        }
        await stop.CancelAsync();

        await Task.WhenAll(readers);

        void Write(int i)
        {
            File.WriteAllText(Files.Directory, DirectoryText.Replace("National Tax Agency", $"basis {i}", StringComparison.Ordinal));
            File.WriteAllText(Files.Matrix, Rows(Row("municipality", "tax", basis: $"basis {i}")));
        }
    }

    PolicyReloader Open() => new(Files, time, log);

    async Task PassTimeUntil(Task happened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!happened.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(PolicyReloader.Settling);
            await Task.Yield();
        }
    }

    sealed class RecordingLogger : ILogger<PolicyReloader>
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Errors.Enqueue(formatter(state, exception));
        }
    }
}
