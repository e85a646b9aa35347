using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;

namespace Exchange.Hosting.Commands;

/// <summary>Exit codes, and words instead of stack traces for what is the operator's to mend.</summary>
public static class Outcome
{
    public const int Done = 0, Failed = 1;

    public static int Fail(string why)
    {
        Console.Error.WriteLine(why);
        return Failed;
    }

    public static int Of(Func<int> run) => Of(() => Task.FromResult(run())).GetAwaiter().GetResult();

    public static async Task<int> Of(Func<Task<int>> run)
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
