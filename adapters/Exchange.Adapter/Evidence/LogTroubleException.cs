using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Why nothing can be proven with what a log shows now. The message is one sentence without its end.</summary>
sealed class LogTroubleException(LogFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public LogFault Fault => fault;
}
