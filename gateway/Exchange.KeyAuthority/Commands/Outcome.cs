using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;

namespace Exchange.KeyAuthority.Commands;

/// <summary>Exit codes, and words instead of stack traces for what is the operator's to mend.</summary>
static class Outcome
{
    internal const int Failed = 1;

    internal static int Fail(string why)
    {
        Console.Error.WriteLine(why);
        return Failed;
    }

    internal static int Of(Func<int> run) => Of(() => Task.FromResult(run())).GetAwaiter().GetResult();

    internal static async Task<int> Of(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SecretFileException or ConfigurationException or StoreException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
    }
}
