using System.CommandLine;
using System.Reflection;

namespace Exchange.Hosting.Commands.Help;

/// <summary>The language in which <c>--help</c> speaks: English, as it stands beside each command, or Japanese.</summary>
public static class HelpLanguage
{
    /// <summary>Goes before what the system says: <c>ja</c>, or <c>en</c>.</summary>
    public const string Variable = "EXCHANGE_LANG";

    /// <param name="root">The program, as it was put together in English.</param>
    /// <param name="areas">Those that embed the Japanese of its texts.</param>
    public static RootCommand InUsersLanguage(this RootCommand root, params IEnumerable<Assembly> areas)
    {
        if (IsJapanese(Environment.GetEnvironmentVariable))
            JapaneseHelp.Give(root, Translations.Of(areas));
        return root;
    }

    /// <summary>By the first of the variables that is set, in the order of POSIX.1-2024, 8.2.</summary>
    public static bool IsJapanese(Func<string, string?> variable) =>
        new[] { Variable, "LC_ALL", "LC_MESSAGES", "LANG" }.Select(variable).FirstOrDefault(one => !string.IsNullOrEmpty(one))
            ?.StartsWith("ja", StringComparison.OrdinalIgnoreCase) == true;
}
