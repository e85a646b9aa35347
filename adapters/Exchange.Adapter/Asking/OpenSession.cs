using Exchange.Adapter.Connection;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;

namespace Exchange.Adapter.Asking;

/// <summary>
/// A confirmed session with one node of a provider, and the connection it travels on. Held by its place among the open
/// sessions and by each question under way in it; disposing lets go, and the keys go with whoever lets go last.
/// </summary>
/// <param name="provider">The certificate that vouched for the node.</param>
public sealed class OpenSession(RequesterSession session, HubConnection connection, VerifiedCertificate provider) : IDisposable
{
    // Whoever made it holds it. Never rises again from 0.
    int holders = 1;

    public RequesterSession Session { get; } = session;

    /// <summary>The same one while it lives, so that sequences arrive roughly in order.</summary>
    public HubConnection Connection { get; } = connection;

    public VerifiedCertificate Provider { get; } = provider;

    /// <summary>False when its keys are gone.</summary>
    internal bool TryHold()
    {
        var held = Volatile.Read(ref holders);
        while (held > 0)
        {
            var before = Interlocked.CompareExchange(ref holders, held + 1, held);
            if (before == held)
                return true;
            held = before;
        }
        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref holders) == 0)
            Session.Dispose();
    }
}
