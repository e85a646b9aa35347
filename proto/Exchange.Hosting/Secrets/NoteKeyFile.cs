using System.Security.Cryptography;
using Exchange.Protocol.Transparency;

namespace Exchange.Hosting.Secrets;

/// <summary>The seed of a key that signs checkpoints, a log's, or cosigns them, a witness's: 32 bytes, hex, in a file of mode 0600.</summary>
public static class NoteKeyFile
{
    /// <summary>Draws a key.</summary>
    /// <param name="publicPath">Receives the line that others pin.</param>
    /// <exception cref="SecretFileException">The file exists.</exception>
    public static NoteKey Create(string path, string publicPath, string name, NoteKeyUse use)
    {
        var seed = RandomNumberGenerator.GetBytes(NoteSigner.SeedLength);
        var hex = new byte[2 * seed.Length];
        try
        {
            using var signer = new NoteSigner(name, use, seed);
            Convert.TryToHexStringLower(seed, hex, out _);
            SecretFile.Write(path, hex);
            File.WriteAllText(publicPath, signer.Key + "\n");
            return signer.Key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(hex);
        }
    }

    /// <exception cref="SecretFileException">Absent, open to others or malformed.</exception>
    public static NoteSigner Read(string path, string name, NoteKeyUse use)
    {
        var hex = SecretFile.Read(path);
        Span<byte> seed = stackalloc byte[NoteSigner.SeedLength];
        try
        {
            var text = hex.AsSpan().Trim("\r\n "u8);
            if (text.Length != 2 * seed.Length || Convert.FromHexString(text, seed, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new SecretFileException($"{path} does not hold the key of a log or a witness; restore it from the copy made after init");
            return new NoteSigner(name, use, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(hex);
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
