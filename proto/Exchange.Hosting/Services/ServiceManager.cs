using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Exchange.Hosting.Services;

/// <summary>
/// Whoever starts this program and waits until it serves: systemd, which is told over a socket (sd_notify(3)), or the service control manager
/// of Windows. Started by anybody else, it tells nobody.
/// </summary>
public static class ServiceManager
{
    /// <summary>After everything else that has a say about logging.</summary>
    public static IServiceCollection AddServiceManager(this IServiceCollection services)
    {
        // Not AddSystemd: that looks for a parent of the name, which a sandbox hides (ProtectProc=). Who names the socket wants to be told.
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 })
        {
            services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd);
            services.AddSingleton<ISystemdNotifier, SystemdNotifier>().AddSingleton<IHostLifetime, SystemdLifetime>();
        }
        return services.AddWindowsService();
    }
}
