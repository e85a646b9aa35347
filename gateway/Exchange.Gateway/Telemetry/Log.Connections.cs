
namespace Exchange.Gateway.Telemetry;

static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "{Agency} connected, node {Node}")]
    public static partial void ConnectionOpened(this ILogger log, string agency, string node);

    [LoggerMessage(102, LogLevel.Information, "{Agency} disconnected, node {Node}: {Why}")]
    public static partial void ConnectionClosed(this ILogger log, string agency, string node, string why);

    [LoggerMessage(103, LogLevel.Warning, "{Agency} was cut off, node {Node}: {Reason}")]
    public static partial void ConnectionCut(this ILogger log, string agency, string node, string reason);

    [LoggerMessage(104, LogLevel.Warning, "{Agency} sent a bundle that is not its node's, {Node}, or is none; it was dropped")]
    public static partial void ForeignBundle(this ILogger log, string agency, string node);

    [LoggerMessage(110, LogLevel.Warning, "{Agency} sends new keys of its nodes too often; one of {Node} was dropped")]
    public static partial void TooManyKeys(this ILogger log, string agency, string node);

    [LoggerMessage(112, LogLevel.Warning, "{Agency} said when it is closed, node {Node}, and was not believed: {Why}; what it said before holds")]
    public static partial void OpeningNotTaken(this ILogger log, string agency, string node, string why);

    [LoggerMessage(113, LogLevel.Information, "{Agency} said when it is closed: {Closures} times in the weeks to come, next {Next}")]
    public static partial void OpeningTaken(this ILogger log, string agency, int closures, string next);

    [LoggerMessage(114, LogLevel.Error, "what agencies said of when they are closed is in force and not on disk: {Why}; it is tried again")]
    public static partial void OpeningsNotKept(this ILogger log, string why);

    [LoggerMessage(105, LogLevel.Error, "unforeseen, while working on a {What}; it was refused")]
    public static partial void Unforeseen(this ILogger log, Exception exception, string what);

    [LoggerMessage(106, LogLevel.Information, "revocation list read from {File}")]
    public static partial void RevocationListRead(this ILogger log, string file);

    [LoggerMessage(107, LogLevel.Error, "revocation list {File} refused: {Why}; the one before stays in force until it is 24 hours old")]
    public static partial void RevocationListRefused(this ILogger log, string file, string why);

    [LoggerMessage(109, LogLevel.Warning, "{Agency} holds {Count} TLS connections, as many as it may; another was closed")]
    public static partial void TooManyConnections(this ILogger log, string agency, int count);

    [LoggerMessage(110, LogLevel.Warning, "a TLS connection of {Agency} was ended: its certificate is no longer good")]
    public static partial void TlsConnectionEnded(this ILogger log, string agency);

    [LoggerMessage(111, LogLevel.Error, "unforeseen, while connections were looked over; they are again in the next round")]
    public static partial void RoundFailed(this ILogger log, Exception exception);

    [LoggerMessage(108, LogLevel.Warning, "the log cannot be written ({Fault}); a note about policy, keys or quotas waits")]
    public static partial void AuditNoteWaits(ILogger log, string fault);

    [LoggerMessage(111, LogLevel.Error, "a note about a change ({Event}) is lost to the log: {Why}")]
    public static partial void AuditNoteLost(ILogger log, string @event, string why);
}
