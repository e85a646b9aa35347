using System.CommandLine;
using System.Reflection;
using Exchange.Adapter.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Adapter;

/// <summary>What a program is the adapter of, and what it adds to the runtime that all of them share.</summary>
/// <param name="Name">Such as <c>tax</c>: decides which data sets it can provide.</param>
/// <param name="Title">Shown by --help.</param>
public sealed record AgencyKind(string Name, string Title)
{
    /// <summary>Services of its local API beside lookups.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>Registers what its jobs take beside what every adapter has.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Embeds the Japanese of what it adds to the help of every adapter, as <c>japanese.yaml</c>.</summary>
    public Assembly? Program { get; init; }

    /// <summary>Commands beside those that every adapter has.</summary>
    public IReadOnlyList<Func<Command>> Commands { get; init; } = [];
}
