using System.Globalization;
using System.Security.Cryptography;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>The body of an agency program's <c>token</c> command.</summary>
public static class TokenCommand
{
    public const int DefaultHours = 8;

    /// <summary>Prints the token alone on <paramref name="output"/>, so that it can be captured, and what went wrong on <paramref name="error"/>.</summary>
    /// <returns>Exit code: 0, or 1 when there is no token.</returns>
    public static int Run(
        string callersFile, IReadOnlyCollection<string> dataSets, string caller, string keyFile, int hours, TimeProvider time, TextWriter output, TextWriter error)
    {
        if (hours < 1 || hours > LocalTokens.MaximumLifetime.TotalHours)
            return Fail(error, $"A token is valid for 1 to {LocalTokens.MaximumLifetime.TotalHours} hours, not {hours}.");
        try
        {
            var list = CallersFile.Read(callersFile, dataSets, out _);
            if (list.Find(caller) is not { } found)
                return Fail(error, $"{callersFile} has no caller '{caller}'; it has {string.Join(", ", list.Callers.Select(one => one.Name).Order(StringComparer.Ordinal))}.");
            var now = time.GetUtcNow();
            output.WriteLine(LocalTokens.Issue(found, keyFile, TimeSpan.FromHours(hours), now));
            error.WriteLine($"Valid until {(now + TimeSpan.FromHours(hours)).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}.");
            return 0;
        }
        catch (Exception e) when (e is ConfigurationException or SecretFileException or CryptographicException)
        {
            return Fail(error, e.Message);
        }
    }

    static int Fail(TextWriter error, string message)
    {
        error.WriteLine(message);
        return 1;
    }
}
