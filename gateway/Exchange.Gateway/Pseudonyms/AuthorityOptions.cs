using System.Security.Cryptography.X509Certificates;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>Where the key authority is and where to keep what it gave.</summary>
public sealed record AuthorityOptions
{
    public required Uri Address { get; init; }

    /// <summary>The hub's, with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Mode 0600: the translation keys, so that the hub starts while the authority is off.</summary>
    public required string TranslationKeysFile { get; init; }

    /// <summary>The signed commitments, as agencies are given them.</summary>
    public required string CommitmentsFile { get; init; }

    /// <summary>How often to ask for newer keys and commitments.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for one call. A full batch takes the authority some 0.4 s of one core.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
