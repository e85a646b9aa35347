using System.Security.Cryptography;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>
/// h in a file of mode 0600, hex, and h*G beside it for the key authority. Made once: with another h every agency
/// would have to enrol everybody anew.
/// </summary>
public static class HubScalarFile
{
    /// <summary>Draws h.</summary>
    /// <param name="pointPath">Receives h*G in hex, for the key authority's init and for agencies to pin.</param>
    /// <exception cref="SecretFileException">The file exists.</exception>
    public static void Create(string path, string pointPath)
    {
        using var h = SecretScalar.Random();
        var hex = new byte[2 * Ristretto.ScalarLength];
        Convert.TryToHexStringLower(h.Bytes, hex, out _);
        SecretFile.Write(path, hex);
        CryptographicOperations.ZeroMemory(hex);
        WritePoint(h, pointPath);
    }

    public static void WritePoint(SecretScalar h, string pointPath) => File.WriteAllText(pointPath, Convert.ToHexStringLower(h.PublicPoint()) + "\n");

    /// <exception cref="SecretFileException">Absent, open to others or malformed.</exception>
    public static SecretScalar Read(string path)
    {
        var hex = SecretFile.Read(path);
        Span<byte> scalar = stackalloc byte[Ristretto.ScalarLength];
        try
        {
            var text = hex.AsSpan().Trim("\r\n "u8);
            if (text.Length != 2 * Ristretto.ScalarLength
                || Convert.FromHexString(text, scalar, out _, out _) != System.Buffers.OperationStatus.Done
                || !Ristretto.IsScalar(scalar))
                throw new SecretFileException($"{path} does not hold the hub's scalar; restore it from the copy made after init");
            return new SecretScalar(scalar);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(hex);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }
}
