using System.Reflection;

namespace Exchange.Gateway.Connections;

/// <summary>What this hub calls itself in greetings, receipts and telemetry.</summary>
public sealed record HubName(string Name)
{
    public static string Software { get; } = "exchange-gateway/" + typeof(HubName).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
