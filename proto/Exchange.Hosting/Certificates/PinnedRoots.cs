using System.Security.Cryptography.X509Certificates;

namespace Exchange.Hosting.Certificates;

/// <summary>Trust in named roots alone, whatever the system trusts besides.</summary>
public static class PinnedRoots
{
    /// <summary>For the side of TLS that judges a server which no revocation list covers, such as an agency's local API.</summary>
    public static X509ChainPolicy Policy(params IEnumerable<X509Certificate2> roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots.ToArray());
        return policy;
    }
}
