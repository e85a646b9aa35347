using System.Security.Cryptography;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Limits;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Policy;

/// <summary>Where the policy is written down.</summary>
/// <param name="Quotas">Null: the default limits.</param>
public sealed record PolicyFiles(string Directory, string Matrix, string? Quotas = null)
{
    /// <returns>Null when any file has a mistake; those of all files are added to the problems.</returns>
    public PolicySnapshot? Read(Problems problems) => Read(YamlFile.ReadBytes(Directory, problems), problems);

    /// <summary>As it would be with another directory file.</summary>
    /// <param name="directoryBytes">Null when it cannot be read, which has been reported.</param>
    /// <inheritdoc cref="Read(Problems)"/>
    public PolicySnapshot? Read(byte[]? directoryBytes, Problems problems)
    {
        var directory = directoryBytes is null ? null : DirectoryFile.Parse(Directory, directoryBytes, problems);
        var matrix = YamlFile.ReadBytes(Matrix, problems) is { } matrixBytes ? MatrixFile.Parse(Matrix, matrixBytes, directory, problems) : null;
        var quotas = directory is null ? null
            : Quotas is null ? QuotaRules.Default(directory)
            : YamlFile.ReadBytes(Quotas, problems) is { } quotaBytes ? QuotaFile.Parse(Quotas, quotaBytes, directory, problems) : null;
        return directory is null || matrix is null || quotas is null ? null : new PolicySnapshot(directory, matrix, quotas);
    }

    /// <summary>A hash over the contents of all files. A file that cannot be read counts by its error.</summary>
    public string Fingerprint()
    {
        var parts = new List<string>(3) { FingerprintOf(Directory), FingerprintOf(Matrix) };
        if (Quotas is not null)
            parts.Add(FingerprintOf(Quotas));
        return string.Join('/', parts);
    }

    static string FingerprintOf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return stream.Length > YamlFile.MaximumBytes ? "too large" : Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }
}
