using Exchange.Adapter;
using Exchange.Adapter.Files;

namespace Exchange.Municipality.Eligibility;

/// <summary>The programmes in force. A decision takes them once and is made by them alone.</summary>
/// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">Lists every mistake of the file.</exception>
sealed class ProgrammeRegister(AdapterOptions options, TimeProvider time, ILogger<ProgrammeRegister> log) : WatchedFile<Programmes>(
    (out files) =>
    {
        files = options.Programmes is { } named ? [named] : [];
        var programmes = options.Programmes is { } path ? ProgrammesFile.Read(path) : Programmes.Shipped;
        foreach (var gap in programmes.Gaps)
            log.RuleMissing(gap);
        return programmes;
    },
    programmes => log.ProgrammesReplaced(programmes.All.Count),
    log.ProgrammesRefused,
    time);

/// <summary>What a municipality's adapter logs beside what every adapter does: never anything about a household.</summary>
static partial class ProgrammesLog
{
    [LoggerMessage(4001, LogLevel.Information, "the programmes changed: {Count} versions are known")]
    public static partial void ProgrammesReplaced(this ILogger log, int count);

    [LoggerMessage(4002, LogLevel.Error, "the programmes changed and were refused; the earlier ones stay in force.\n{Problems}")]
    public static partial void ProgrammesRefused(this ILogger log, string problems);

    [LoggerMessage(4003, LogLevel.Warning, "{Gap}")]
    public static partial void RuleMissing(this ILogger log, string gap);
}
