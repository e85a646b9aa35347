using System.Reflection;

namespace Exchange.Adapter;

/// <summary>What this program calls itself towards the hub.</summary>
static class AdapterSoftware
{
    public static string Name { get; } = "exchange-adapter/" + typeof(AdapterSoftware).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
