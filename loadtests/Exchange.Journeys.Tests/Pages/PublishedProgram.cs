using System.CommandLine;
using System.Reflection;
using Exchange.Adapter;
using Exchange.Gateway;
using Exchange.KeyAuthority;
using Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests.Pages;

/// <summary>A program as people call it.</summary>
/// <param name="Create">Its commands, put together anew each time.</param>
/// <param name="Areas">What embeds the Japanese of its help.</param>
sealed record PublishedProgram(string Name, Func<RootCommand> Create, IReadOnlyList<Assembly> Areas)
{
    public static IReadOnlyList<PublishedProgram> All { get; } =
    [
        Of(GatewayProgram.Create, [typeof(GatewayProgram).Assembly]),
        Of(KeyAuthorityProgram.Create, [typeof(KeyAuthorityProgram).Assembly]),
        .. new[] { "municipality", "pension", "tax" }.Select(Programs.Kind).Select(kind => Of(() => AdapterProgram.Create(kind), [.. AdapterProgram.Areas(kind)])),
    ];

    static PublishedProgram Of(Func<RootCommand> create, IReadOnlyList<Assembly> areas) => new(areas[^1].GetName().Name!, create, areas);
}
