using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway;
using Exchange.Gateway.Commands.Agencies;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Joining;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Joining;

/// <summary>Stands behind the door of a sandbox for the three bodies that admit an agency: the CA certifies, the hub's operator lists and invites, the key authority admits.</summary>
public static class Doorkeeper
{
    /// <returns>Names of those who were let in, and of those who were not, with why.</returns>
    public static IReadOnlyList<string> Open(ExchangeFolder folder, TimeProvider time)
    {
        var told = new List<string>();
        foreach (var file in JoinRequest.Waiting(folder.Folder).ToList())
        {
            var agency = Path.GetFileNameWithoutExtension(file);
            try
            {
                var request = JoinRequest.Read(file);
                if (request.Agency != agency)
                    throw new DirectoryEditException($"the request is named {agency} and is of {request.Agency}");
                Admit(folder, request, time);
                told.Add($"{request.Name} ({request.Agency}) has joined: certified, listed, admitted and invited.");
            }
            catch (Exception e) when (e is DirectoryEditException or ConfigurationException or CryptographicException or IOException)
            {
                File.WriteAllText(JoinRequest.Refusal(folder.Folder, agency), e.Message);
                told.Add($"{agency} was not let in: {e.Message}");
            }
            File.Delete(file);
        }
        return told;
    }

    static void Admit(ExchangeFolder folder, JoinRequest request, TimeProvider time)
    {
        // The CA: the name in the request must be the agency's, and the key is the one it is signed with.
        var order = CertificateRequest.LoadSigningRequestPem(request.Certificate, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        using var certificate = folder.Certify(order);
        if (!AgencyNames.TryRead(certificate, out var name) || !name.IsAgency(request.Agency))
            throw new DirectoryEditException($"the certificate was asked for {name?.ToString() ?? "nobody"}, and not for {request.Agency}");

        // The hub's operator lists it, the key authority admits it.
        var options = GatewayOptions.Read(folder.GatewayConfig);
        if (folder.Agencies.Any(one => one.Id == request.Agency))
            throw new DirectoryEditException($"{request.Agency} is one of the sandbox's own agencies; choose another, such as jp.mun.131032");
        var policy = new PolicyFiles(options.Directory, options.Matrix, options.Quotas);
        // Whoever begins anew is listed already, and gets a certificate for the new key.
        if (policy.Read(new Problems())?.Directory.TryGetAgency(request.Agency, out _) != true)
            new DirectoryEdit(policy).Add(new AgencyEntry(request.Agency, request.Kind, request.Name, AgencyStatus.Active, [1]));
        new KeyFile(folder.AuthorityKeys).Admit(request.Agency, time);

        // What it pins.
        PemFiles.Write(certificate, JoinRequest.CertificateOf(folder.Folder, request.Agency));
        var canary = folder.Residents.First(one => one is { IsUnknownToTax: false, State: 'A' });
        var invitation = InviteCommand.Of(options, request.Agency, [folder.Gateway], File.ReadAllText(folder.AuthorityCertificate),
            new InvitedCanary(canary.Number, "tax", "benefit-eligibility", "tax.income.v1", "year=2025"));
        var path = JoinRequest.Invitation(folder.Folder, request.Agency);
        File.WriteAllText(path + ".tmp", invitation.Write());
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
