using System.Security.Cryptography;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.KeyAuthority.Keys;

/// <summary>What the key file says, in memory: whom it admits and what is derived for them. mk is zeroed on disposal.</summary>
public sealed class AuthorityKeys : IDisposable
{
    readonly byte[] mk = GC.AllocateArray<byte>(KeyFileContent.MkLength, pinned: true);
    readonly ulong generation;
    readonly IReadOnlyList<AdmittedAgency> agencies;

    internal AuthorityKeys(KeyFileContent content)
    {
        content.Mk.CopyTo(mk, 0);
        generation = content.Generation;
        agencies = content.Agencies;
        Commitments = Commit(content);
    }

    /// <summary>Without the signature.</summary>
    public Commitments Commitments { get; }

    public AdmittedAgency? Find(string agency) => agencies.FirstOrDefault(one => one.Agency == agency);

    /// <summary>a of an agency that is admitted, in an epoch in force.</summary>
    public SecretScalar Scalar(string agency, ulong epoch) => DerivedScalars.Agency(mk, agency, epoch);

    /// <summary>w of every agency and epoch, for the hub.</summary>
    public TranslationKeys TranslationKeys()
    {
        var keys = new TranslationKeys { Generation = generation };
        foreach (var (agency, epoch) in Pairs(agencies))
        {
            using var key = DerivedScalars.Translation(mk, generation, agency, epoch);
            keys.Keys.Add(new TranslationKey { Agency = agency, Epoch = epoch, Key = ByteString.CopyFrom(key.Bytes) });
        }
        return keys;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(mk);

    Commitments Commit(KeyFileContent content)
    {
        var commitments = new Commitments { Version = content.CommitmentsVersion, HubPoint = ByteString.CopyFrom(content.HubPoint) };
        foreach (var (agency, epoch) in Pairs(content.Agencies))
        {
            using var scalar = Scalar(agency, epoch);
            commitments.Agencies.Add(new AgencyPoint { Agency = agency, Epoch = epoch, Point = ByteString.CopyFrom(scalar.PublicPoint()) });
        }
        return commitments;
    }

    static IEnumerable<(string Agency, ulong Epoch)> Pairs(IEnumerable<AdmittedAgency> agencies) =>
        agencies.SelectMany(one => one.Epochs.Select(epoch => (one.Agency, epoch)));
}
