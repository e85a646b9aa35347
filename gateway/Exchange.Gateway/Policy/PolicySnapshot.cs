using System.Security.Cryptography;
using System.Text;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Limits;

namespace Exchange.Gateway.Policy;

/// <summary>What is in force: three files that were checked against each other and are replaced together.</summary>
public sealed record PolicySnapshot(AgencyDirectory Directory, PolicyMatrix Matrix, QuotaRules Quotas)
{
    /// <summary>
    /// The policy version of grants and audit entries, hexadecimal: SHA-256 over three lines, the SHA-256 of directory, matrix and quotas. What
    /// changes in any of them is another version.
    /// </summary>
    public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{Directory.Version}\n{Matrix.Version}\n{Quotas.Version}\n")));
}
