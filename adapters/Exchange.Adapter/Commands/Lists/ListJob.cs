using System.CommandLine;
using Grpc.Core;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>A job over a list of people, as the command that gives it the list knows it.</summary>
/// <param name="Name">Of the command.</param>
/// <param name="Description">Shown by --help.</param>
/// <param name="Figures">Columns of the report that are this job's own.</param>
/// <param name="NotKnown">The outcome that says that a person has to be asked about again.</param>
public sealed record ListJob<TItem, TResult>(string Name, string Description, IReadOnlyList<string> Figures, string NotKnown)
    where TItem : class
    where TResult : class
{
    /// <summary>Of the command, beside those that every list has.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    public required Func<ChannelBase, CallOptions, AsyncDuplexStreamingCall<TItem, TResult>> Call { get; init; }

    /// <summary>The first message.</summary>
    public required Func<ParseResult, ListAsking, TItem> Purpose { get; init; }

    /// <summary>One item: id and person.</summary>
    public required Func<ulong, string, TItem> Item { get; init; }

    public required Func<TResult, ListResult> Read { get; init; }
}
