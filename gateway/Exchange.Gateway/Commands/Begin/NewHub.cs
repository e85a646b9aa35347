using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Commands.Begin;

/// <summary>What a hub begins with: keys, the request for its certificate, configuration.</summary>
static class NewHub
{
    public const string Request = "hub.csr", Point = "hub-point.hex", LogLine = "log.pub", Config = "gateway.yaml";

    const string Key = "hub.key", EnrolmentKey = "enrolment.key", LogKey = "log.key";

    /// <param name="name">Of the hub and its log.</param>
    /// <param name="host">Where agencies reach it.</param>
    /// <param name="authority">Null: not known yet.</param>
    /// <exception cref="SecretFileException">A key that is there cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(NewFolder folder, string name, string host, Uri? authority)
    {
        folder.MakeSecret(Key, Request, "the key of its certificate; secret", path => CertificateOrder.OpenKey(path).Dispose());
        folder.Make(Request, "the request for its certificate", path => CertificateOrder.Write(CertificateName.Hub(name), [host], folder[Key], path));
        folder.MakeSecret(EnrolmentKey, Point, "its half of what pseudonyms are made with; secret", path => HubScalarFile.Create(path, folder[Point]));
        folder.Make(Point, "the public side of that", path =>
        {
            using var scalar = HubScalarFile.Read(folder[EnrolmentKey]);
            HubScalarFile.WritePoint(scalar, path);
        });
        folder.MakeSecret(LogKey, LogLine, "signs the log; secret", path => NoteKeyFile.Create(path, folder[LogLine], name, NoteKeyUse.Note));
        folder.Make(LogLine, "the line that whoever reads the log pins", path =>
        {
            using var signer = NoteKeyFile.Read(folder[LogKey], name, NoteKeyUse.Note);
            File.WriteAllText(path, signer.Key + "\n");
        });
        folder.Make(Config, "its configuration", path => File.WriteAllText(path, NewHubFiles.Gateway(name, authority)));
        folder.Make("directory.yaml", "agencies, of which there are none yet, and data sets", path => File.WriteAllText(path, NewHubFiles.Directory()));
        folder.Make("matrix.yaml", "who may ask whom for what: nobody yet", path => File.WriteAllText(path, NewHubFiles.Matrix));
        folder.Make("quotas.yaml", "how much at once and on average", path => File.WriteAllText(path, NewHubFiles.Quotas));
    }
}
