using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Telemetry;

/// <summary>Every message of an adapter, numbered. Nothing about a person, ever: no local key, no record, no exception text that could quote one.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "connected to {Hub}")]
    public static partial void ConnectionOpened(this ILogger log, string hub);

    [LoggerMessage(2, LogLevel.Warning, "no connection to {Address}: {Why}; trying again in {PauseMs} ms")]
    public static partial void ConnectionLost(this ILogger log, string address, string why, int pauseMs);

    [LoggerMessage(3, LogLevel.Warning, "the hub's revocation list was refused: {Why}")]
    public static partial void RevocationListRefused(this ILogger log, string why);

    [LoggerMessage(4, LogLevel.Warning, "the hub's directory cannot be read: {Why}; trying again")]
    public static partial void DirectoryUnavailable(this ILogger log, string why);

    [LoggerMessage(5, LogLevel.Warning, "the hub describes data set {DataSet} otherwise than this version does; it cannot be asked for (CONTRACT_MISMATCH)")]
    public static partial void DataSetNotUnderstood(this ILogger log, string dataSet);

    [LoggerMessage(6, LogLevel.Error, "unforeseen {Exception} while working on a {What}; it was refused")]
    public static partial void Unforeseen(this ILogger log, string exception, string what);

    [LoggerMessage(7, LogLevel.Error, "a record of {DataSet} does not fit its declared size of {Size} bytes; it was answered as unavailable")]
    public static partial void AnswerTooLarge(this ILogger log, string dataSet, int size);

    [LoggerMessage(8, LogLevel.Warning, "{Notice}")]
    public static partial void SourceNotice(this ILogger log, string notice);

    [LoggerMessage(9, LogLevel.Error, "unforeseen {Exception} while a record of {DataSet} was read; it was answered as unavailable")]
    public static partial void RecordUnreadable(this ILogger log, string exception, string dataSet);

    [LoggerMessage(10, LogLevel.Information, "the allow-list changed: {Count} rows are in force")]
    public static partial void AllowListReplaced(this ILogger log, int count);

    [LoggerMessage(11, LogLevel.Error, "the allow-list changed and was refused; the earlier one stays in force.\n{Problems}")]
    public static partial void AllowListRefused(this ILogger log, string problems);

    [LoggerMessage(12, LogLevel.Warning, "the certificate of the hub at {Address} is no longer good; the connection is cut and dialled anew")]
    public static partial void HubNoLongerTrusted(this ILogger log, string address);

    [LoggerMessage(13, LogLevel.Error, "{Word}: {Says}. {Remedy}")]
    public static partial void Alarm(this ILogger log, string word, string says, string remedy);

    [LoggerMessage(14, LogLevel.Information, "{Word} is over: receipts of {Name} are held against its log again")]
    public static partial void AlarmIsOver(this ILogger log, string word, string name);

    [LoggerMessage(15, LogLevel.Warning, "letters at the hub {Address} could not be seen to: {Why}; trying again")]
    public static partial void LettersNotCarried(this ILogger log, string address, string why);

    [LoggerMessage(16, LogLevel.Information, "the hub did not take the answer to a letter: {Why}")]
    public static partial void LetterNotTaken(this ILogger log, string why);

    [LoggerMessage(17, LogLevel.Information, "hours or maintenance changed, and the hubs are told")]
    public static partial void OpeningReplaced(this ILogger log);

    [LoggerMessage(18, LogLevel.Error, "hours or maintenance changed and were refused; the earlier ones stay in force.\n{Problems}")]
    public static partial void OpeningRefused(this ILogger log, string problems);

    [LoggerMessage(21, LogLevel.Warning, "a notice or a reply to one did not open: {Why}")]
    public static partial void NoticeNotOpened(this ILogger log, string why);

    [LoggerMessage(22, LogLevel.Information, "the hub did not take the reply to a notice: {Why}")]
    public static partial void NoticeReplyNotTaken(this ILogger log, string why);

    [LoggerMessage(23, LogLevel.Error, "{Sender} has sent more notices in a month than are taken; they wait at the hub, and expire there")]
    public static partial void NoticesTooMany(this ILogger log, string sender);

    [LoggerMessage(20, LogLevel.Warning, "{Overdue}")]
    public static partial void JournalOverdue(this ILogger log, string overdue);
}
