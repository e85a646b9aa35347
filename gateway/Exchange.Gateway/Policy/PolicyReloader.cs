using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Policy;

/// <summary>
/// Keeps the policy in force and replaces it when its files change. A change with a mistake anywhere is refused whole:
/// what was in force stays in force, and every mistake is logged and kept for the health page.
/// </summary>
public sealed class PolicyReloader : BackgroundService
{
    /// <summary>Mistakes logged of one refused change; all are in <see cref="LastProblems"/>.</summary>
    const int MaximumLogged = 50;

    /// <summary>How often the contents are looked at. With <see cref="Settling"/>, a revocation holds well within five seconds.</summary>
    public static TimeSpan DefaultPoll { get; } = TimeSpan.FromSeconds(2);

    /// <summary>A changed file must stay the same for so long before it is read, so that half a file is not taken for a whole one.</summary>
    public static TimeSpan Settling { get; } = TimeSpan.FromMilliseconds(250);

    readonly PolicyFiles files;
    readonly TimeProvider time;
    readonly ILogger<PolicyReloader> log;
    readonly TimeSpan poll;
    readonly Lock reloading = new();

    /// <summary>Of what was read last, in force or refused; under the lock.</summary>
    string seen;
    volatile PolicySnapshot current;
    volatile IReadOnlyList<Problem> lastProblems = [];

    /// <param name="poll">At least <see cref="Settling"/>; default <see cref="DefaultPoll"/>.</param>
    /// <exception cref="ConfigurationException">When the files have mistakes: a hub does not start without a policy.</exception>
    public PolicyReloader(PolicyFiles files, TimeProvider time, ILogger<PolicyReloader> log, TimeSpan? poll = null)
    {
        this.files = files;
        this.time = time;
        this.log = log;
        this.poll = poll ?? DefaultPoll;
        ArgumentOutOfRangeException.ThrowIfLessThan(this.poll, Settling, nameof(poll));
        seen = files.Fingerprint();
        var problems = new Problems();
        var first = files.Read(problems);
        problems.ThrowIfAny();
        current = first!;
        LogInForce(current);
    }

    /// <summary>What is in force. A lookup takes it once and decides everything by it.</summary>
    public PolicySnapshot Current => current;

    /// <summary>The mistakes for which the newest files were refused; empty when they are in force.</summary>
    public IReadOnlyList<Problem> LastProblems => lastProblems;

    /// <summary>After the new policy came into force: (old, new). Called one at a time, in order.</summary>
    public event Action<PolicySnapshot, PolicySnapshot>? Changed;

    /// <summary>Reads the files now. False when they were refused; <see cref="LastProblems"/> says why.</summary>
    public bool ReloadNow()
    {
        lock (reloading)
            return Reload_NeedsLock(files.Fingerprint());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(poll, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await CheckAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Takes up a change that has settled; one still being written is left to the next poll.</summary>
    async Task CheckAsync(CancellationToken cancellationToken)
    {
        var found = files.Fingerprint();
        lock (reloading)
            if (found == seen)
                return;
        await Task.Delay(Settling, time, cancellationToken);
        if (files.Fingerprint() != found)
            return;
        lock (reloading)
            if (found != seen)
                Reload_NeedsLock(found);
    }

    bool Reload_NeedsLock(string fingerprint)
    {
        var problems = new Problems();
        var next = Read(problems);
        seen = fingerprint;
        lastProblems = problems.Found;
        if (next is null)
        {
            LogRefused(problems.Found);
            return false;
        }
        var old = current;
        current = next;
        LogInForce(next);
        Announce(old, next);
        return true;
    }

    PolicySnapshot? Read(Problems problems)
    {
        try
        {
            return files.Read(problems);
        }
#pragma warning disable CA1031 // whatever it is, a file caused it, and the policy in force stays
        catch (Exception e)
#pragma warning restore CA1031
        {
            problems.Add(files.Directory, 0, 0, $"this file, the matrix or the quotas led to an unforeseen {e.GetType().Name}; correct the last change");
            return null;
        }
    }

    /// <summary>One listener that fails does not keep the others from hearing.</summary>
    void Announce(PolicySnapshot old, PolicySnapshot next)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                listener(old, next);
            }
#pragma warning disable CA1031 // whatever it is, the policy is in force and the next listener must know
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.PolicyListenerFailed(log, e);
            }
        }
    }

    void LogInForce(PolicySnapshot policy) =>
        Log.PolicyInForce(log, policy.Version, policy.Matrix.Rows.Length, policy.Directory.Agencies.Length, policy.Directory.DataSets.Length);

    void LogRefused(IReadOnlyList<Problem> problems)
    {
        Log.PolicyRefused(log, problems.Count, current.Version);
        foreach (var problem in problems.Take(MaximumLogged))
            Log.PolicyMistake(log, problem);
    }
}
