using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Adapter.Calling;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Refusals;
using Grpc.Core;

namespace Exchange.Adapter.Commands;

/// <summary>One call of the running adapter, with words for everything that can be wrong.</summary>
static class RunningAdapter
{
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(30);

    /// <summary>Of a call that begins now.</summary>
    public static DateTime Deadline => (TimeProvider.System.GetUtcNow() + timeout).UtcDateTime;

    public static async Task<int> Call(CallArguments calling, ParseResult parsed, Func<ChannelBase, CallOptions, Task> call, CancellationToken stop)
    {
        try
        {
            var local = calling.Read(parsed);
            using var channel = local.Open();
            await call(channel, new CallOptions(local.Headers(), Deadline, stop)).ConfigureAwait(false);
            return Outcome.Done;
        }
        catch (RpcException e)
        {
            return Outcome.Fail(e.ToRefusal() is { } refusal ? $"{Reasons.Name(refusal.Reason)}: {refusal.Message} {refusal.Remedy}" : LocalApiException.Lost(e).Message);
        }
        catch (Exception e) when (e is ConfigurationException or SecretFileException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Outcome.Fail(e.Message);
        }
    }
}
