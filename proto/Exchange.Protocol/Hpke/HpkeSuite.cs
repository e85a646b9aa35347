namespace Exchange.Protocol.Hpke;

/// <summary>Names of suites as bundles and offers carry them. Which of them to accept is the verifier's own choice.</summary>
public static class HpkeSuite
{
    /// <summary>DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.</summary>
    public const string X25519 = "X25519";

    /// <summary>Whether this build can set up sessions with it.</summary>
    public static bool IsKnown(string suite) => suite == X25519;
}
