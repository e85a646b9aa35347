using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Identity;

namespace Exchange.KeyAuthority.Keys;

/// <summary>The authority's key file, mode 0600: made once, rewritten whole and durably with every admission.</summary>
public sealed class KeyFile(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Draws mk.</summary>
    /// <exception cref="SecretFileException">The file exists.</exception>
    public void Create(byte[] hubPoint)
    {
        var mk = RandomNumberGenerator.GetBytes(KeyFileContent.MkLength);
        Folder.CreateForOwner(System.IO.Path.GetDirectoryName(Path)!);
        Save(new KeyFileContent
        {
            Format = KeyFileContent.CurrentFormat,
            Mk = mk,
            Generation = 1,
            CommitmentsVersion = 1,
            HubPoint = hubPoint,
            Agencies = [],
        }, overwrite: false);
        CryptographicOperations.ZeroMemory(mk);
    }

    /// <summary>
    /// Admits an agency in epoch 1, which raises the version of the commitments. Returns false when it was admitted
    /// before; then nothing changes.
    /// </summary>
    /// <exception cref="StoreException">InUse: another admission is under way.</exception>
    public bool Admit(string agency, TimeProvider time)
    {
        if (!AgencyNames.IsId(agency))
            throw new ArgumentException("not an agency id", nameof(agency));
        using var alone = StoreLock.Take(Path, time);
        var content = Load();
        if (content.Agencies.Any(one => one.Agency == agency))
            return false;
        var agencies = content.Agencies.Append(new AdmittedAgency(agency, [1])).OrderBy(one => one.Agency, StringComparer.Ordinal);
        Save(content with { Agencies = [.. agencies], CommitmentsVersion = content.CommitmentsVersion + 1 }, overwrite: true);
        CryptographicOperations.ZeroMemory(content.Mk);
        return true;
    }

    public AuthorityKeys Read()
    {
        var content = Load();
        var keys = new AuthorityKeys(content);
        CryptographicOperations.ZeroMemory(content.Mk);
        return keys;
    }

    KeyFileContent Load()
    {
        var text = SecretFile.Read(Path);
        try
        {
            return KeyFileContent.Parse(text);
        }
        catch (JsonException e)
        {
            throw new SecretFileException($"{Path} is not a key file of the authority: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    void Save(KeyFileContent content, bool overwrite)
    {
        var text = content.ToJson();
        SecretFile.Write(Path, text, overwrite);
        CryptographicOperations.ZeroMemory(text);
    }
}
