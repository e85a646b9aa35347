using System.Reflection;

namespace Exchange.Sandbox.Processes;

/// <summary>Where the programs of the exchange were built.</summary>
public static class Programs
{
    static readonly Dictionary<string, string> built = typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!);

    public static string Sandbox => built["Exchange.Sandbox"];

    public static string Gateway => built["Exchange.Gateway"];

    public static string KeyAuthority => built["Exchange.KeyAuthority"];

    /// <param name="kind">Such as <c>tax</c>.</param>
    public static string Adapter(string kind) => kind switch
    {
        "tax" => built["Exchange.Tax"],
        "municipality" => built["Exchange.Municipality"],
        _ => throw new ArgumentException($"No program serves an agency of the kind '{kind}'.", nameof(kind)),
    };
}
