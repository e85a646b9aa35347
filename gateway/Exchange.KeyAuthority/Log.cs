namespace Exchange.KeyAuthority;

/// <summary>Everything this process logs. Counts and agencies, never a point.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Evaluated a batch of {People} people of {Agency}, epoch {Epoch}.")]
    internal static partial void BatchEvaluated(ILogger logger, string agency, ulong epoch, int people);

    [LoggerMessage(2, LogLevel.Warning, "Refused a batch of {Agency}: {Reason}.")]
    internal static partial void BatchRefused(ILogger logger, string agency, string reason);

    [LoggerMessage(3, LogLevel.Information, "Gave the hub {Count} translation keys of generation {Generation}.")]
    internal static partial void TranslationKeysGiven(ILogger logger, ulong generation, int count);

    [LoggerMessage(4, LogLevel.Information, "Read the key file: commitments version {Version}, {Count} points.")]
    internal static partial void KeysRead(ILogger logger, ulong version, int count);

    [LoggerMessage(5, LogLevel.Error, "The key file changed and cannot be read; what was read before stays in force.")]
    internal static partial void KeysNotRead(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "The revocation list was refused: {Why} Nothing is served under a list older than a day.")]
    internal static partial void RevocationListRefused(ILogger logger, string why);

    [LoggerMessage(7, LogLevel.Error, "The revocation list cannot be read. Nothing is served under a list older than a day.")]
    internal static partial void RevocationListNotRead(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Critical, "The log {Origin} has forked: it has signed two different checkpoints over {Size} entries. Both are kept in the witness's store, in the table fork. Nothing but what goes on with the first is cosigned")]
    internal static partial void LogForked(ILogger logger, string origin, ulong size);

    [LoggerMessage(21, LogLevel.Error, "Nothing is cosigned, since it cannot be kept: {Message}")]
    internal static partial void NotKept(ILogger logger, string message);
}
