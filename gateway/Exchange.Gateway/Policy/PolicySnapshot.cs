using Exchange.Gateway.Directory;
using Exchange.Gateway.Limits;

namespace Exchange.Gateway.Policy;

/// <summary>What is in force: three files that were checked against each other and are replaced together.</summary>
public sealed record PolicySnapshot(AgencyDirectory Directory, PolicyMatrix Matrix, QuotaRules Quotas)
{
    /// <summary>SHA-256 of the matrix file: the policy version of grants and audit entries.</summary>
    public string Version => Matrix.Version;
}
