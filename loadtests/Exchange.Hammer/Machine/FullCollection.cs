using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Exchange.Hammer.Machine;

/// <summary>Has another .NET process of this user collect its whole heap, as dotnet-gcdump does: a tracing session with the keyword GCHeapCollect.</summary>
static class FullCollection
{
    const long GcHeapCollect = 0x800000;

    /// <summary>Events are thrown away: a small buffer will do.</summary>
    const int BufferMegabytes = 1;

    /// <summary>Returns when it is done; what it waits for is a whole, blocking collection.</summary>
    /// <exception cref="IOException">There is no such process, or it takes no diagnostics.</exception>
    public static async Task Of(int process, CancellationToken stop)
    {
        var collect = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, GcHeapCollect);
        try
        {
            // The session is begun only once the keyword has had its effect.
            using var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync([collect], requestRundown: false, BufferMegabytes, stop).ConfigureAwait(false);
            var reading = session.EventStream.CopyToAsync(Stream.Null, stop);
            await session.StopAsync(stop).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
        catch (DiagnosticsClientException e)
        {
            throw new IOException($"The process {process} takes no diagnostics; it must run, and DOTNET_EnableDiagnostics must not be 0: {e.Message}", e);
        }
    }
}
