using Exchange.Hosting.Storage;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.InProcess;

[assembly: AssemblyFixture(typeof(Exchange.Journeys.Tests.Faults.Enrolled))]

namespace Exchange.Journeys.Tests.Faults;

/// <summary>An exchange whose people are enrolled, on disk and at rest: every scene begins with a copy of it.</summary>
public sealed class Enrolled : IAsyncDisposable
{
    readonly Lazy<Task<string>> original = new(Make);

    public static ExchangePlan Plan { get; } = new() { People = 40, Quota = (100_000, 100_000) };

    /// <summary>A folder of its own, with the secrets and enrolments of the original; ports are drawn anew.</summary>
    public async Task<string> Copy()
    {
        var from = await original.Value;
        var to = Directory.CreateTempSubdirectory("exchange-fault-").FullName;
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Folder.CreateForOwner(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            if (Path.GetFileName(file) != "ports.json")
                File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        return to;
    }

    public async ValueTask DisposeAsync()
    {
        if (original.IsValueCreated)
            Directory.Delete(await original.Value, recursive: true);
    }

    static async Task<string> Make()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-enrolled-").FullName;
        await using (await InProcessExchange.Start(folder, Plan))
        {
        }
        return folder;
    }
}
