using System.Reflection;
using Exchange.Adapter;
using Exchange.Municipality;
using Exchange.Pension;
using Exchange.Tax;

namespace Exchange.Sandbox.Processes;

/// <summary>Where the programs of the exchange were built.</summary>
public static class Programs
{
    static readonly Dictionary<string, string> built = typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!);

    public static string Sandbox => built["Exchange.Sandbox"];

    public static string Gateway => built["exchange-gateway"];

    public static string KeyAuthority => built["exchange-key-authority"];

    /// <param name="kind">Such as <c>tax</c>.</param>
    public static string Adapter(string kind) => kind switch
    {
        "tax" => built["exchange-tax"],
        "municipality" => built["exchange-municipality"],
        "pension" => built["exchange-pension"],
        _ => throw Unknown(kind),
    };

    /// <summary>What such a program is, to run it within this process.</summary>
    public static AgencyKind Kind(string kind) => kind switch
    {
        "tax" => TaxAgency.Kind,
        "municipality" => TownHall.Kind,
        "pension" => PensionService.Kind,
        _ => throw Unknown(kind),
    };

    static ArgumentException Unknown(string kind) => new($"No program serves an agency of the kind '{kind}'.", nameof(kind));
}
