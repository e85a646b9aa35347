using System.Security.Cryptography;
using System.Text;
using Exchange.Hosting.Secrets;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>Tokens that an agency issues to its own systems, where it has no issuer of its own.</summary>
public static class LocalTokens
{
    /// <summary>No token lives longer: whoever copies one can ask until it ends.</summary>
    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromHours(24);

    /// <summary>Draws a P-256 key; the private one is for its owner alone, the public one goes beside <c>callers.yaml</c>.</summary>
    /// <exception cref="SecretFileException">The private file exists already.</exception>
    public static void CreateKey(string privateFile, string publicFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(privateFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        File.WriteAllText(publicFile, key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <param name="keyFile">The caller's private key, PEM, mode 0600.</param>
    /// <exception cref="SecretFileException">The key file is absent or open to others.</exception>
    /// <exception cref="CryptographicException">It holds no such key, or not the one whose public half the caller has.</exception>
    public static string Issue(Caller caller, string keyFile, TimeSpan lifetime, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaximumLifetime);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        var identity = caller.Token ?? throw new CryptographicException($"'{caller.Name}' has no 'token' in the file of callers.");
        using var key = ReadKey(keyFile);
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(identity.Key.ECDsa.ExportSubjectPublicKeyInfo()))
            throw new CryptographicException($"{keyFile} does not belong to the public key of '{caller.Name}'.");
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = identity.Issuer,
            Audience = identity.Audience,
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = identity.Subject },
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    static ECDsa ReadKey(string keyFile)
    {
        var pem = SecretFile.Read(keyFile);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return key;
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw new CryptographicException($"{keyFile} holds no private key in PEM.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }
}
