namespace Exchange.Gateway.Telemetry;

static partial class Log
{
    [LoggerMessage(260, LogLevel.Error, "No checkpoint is published: {Message}. Lookups go on, and their receipts are proven when one is")]
    public static partial void NoCheckpoint(ILogger log, string message);

    [LoggerMessage(261, LogLevel.Information, "Checkpoints are published again")]
    public static partial void CheckpointsAreBack(ILogger log);

    [LoggerMessage(262, LogLevel.Critical, "The hub stops, since its log must not go on: {Message}")]
    public static partial void LogMustNotGoOn(ILogger log, string message);
}
