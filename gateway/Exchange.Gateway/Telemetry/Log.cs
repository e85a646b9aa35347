using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Telemetry;

/// <summary>Every message the gateway logs, numbered. Never anything about a person.</summary>
static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "Policy {Version} is in force: {Rows} rows, {Agencies} agencies, {DataSets} data sets")]
    public static partial void PolicyInForce(ILogger log, string version, int rows, int agencies, int dataSets);

    [LoggerMessage(201, LogLevel.Error, "The policy files have {Count} mistakes; policy {Version} stays in force")]
    public static partial void PolicyRefused(ILogger log, int count, string version);

    [LoggerMessage(202, LogLevel.Error, "{Problem}")]
    public static partial void PolicyMistake(ILogger log, Problem problem);

    [LoggerMessage(203, LogLevel.Error, "A listener to policy changes failed")]
    public static partial void PolicyListenerFailed(ILogger log, Exception exception);

    [LoggerMessage(210, LogLevel.Information, "Quotas are counted together with the other replicas")]
    public static partial void QuotasShared(ILogger log);

    [LoggerMessage(211, LogLevel.Warning, "Redis does not answer ({Failure}); quotas are counted by this replica alone until it does")]
    public static partial void QuotasLocal(ILogger log, string failure);

    [LoggerMessage(220, LogLevel.Information, "Translation keys of generation {Generation} are in force: {Count}")]
    public static partial void TranslationKeysInForce(ILogger log, ulong generation, int count);

    [LoggerMessage(221, LogLevel.Information, "Commitments version {Version} are in force: {Count} points")]
    public static partial void CommitmentsInForce(ILogger log, ulong version, int count);

    [LoggerMessage(222, LogLevel.Warning, "Nothing new from the key authority ({Reason}): {Message} What was fetched before stays in force")]
    public static partial void AuthorityNotUsed(ILogger log, string reason, string message);
}
