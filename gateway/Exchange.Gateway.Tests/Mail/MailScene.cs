using System.Security.Cryptography;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Mail;

/// <summary>A hub's policy and quotas, in a folder and at a time of the test's own.</summary>
public abstract class MailScene : IAsyncLifetime
{
    private protected readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-mail-").FullName;
    private protected readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
    private protected readonly PolicyReloader policy;
    private protected readonly Quotas quotas;

    protected MailScene()
    {
        File.WriteAllText(Files.Directory, DirectoryText);
        File.WriteAllText(Files.Matrix, MatrixText);
        File.WriteAllText(Files.Quotas!, "lookups: { default: { rate: 10/s, burst: 20 } }");
        policy = new PolicyReloader(Files, time, NullLogger<PolicyReloader>.Instance);
        quotas = new Quotas(policy.Current.Quotas, time);
    }

    protected PolicyFiles Files => new(Path.Combine(folder, "directory.yaml"), Path.Combine(folder, "matrix.yaml"), Path.Combine(folder, "quotas.yaml"));

    protected string MailPath => Path.Combine(folder, "mail.db");

    protected static ByteString Random(int bytes) => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(bytes));

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        policy.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
