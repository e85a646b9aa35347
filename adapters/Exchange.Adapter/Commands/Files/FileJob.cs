namespace Exchange.Adapter.Commands.Files;

/// <summary>What is done with each line of a file.</summary>
/// <param name="What">The lines, such as <c>households</c>.</param>
/// <param name="Asked">Columns of what is asked.</param>
/// <param name="Told">Columns of what comes of it.</param>
/// <param name="IsAnswer">Whether an outcome needs no other try.</param>
/// <param name="AtOnce">Lines that are asked about side by side.</param>
public sealed record FileJob<TLine>(string What, IReadOnlyList<string> Asked, IReadOnlyList<string> Told, Func<string, bool> IsAnswer, int AtOnce)
    where TLine : FileLine
{
    public required Func<TLine, CancellationToken, Task<FileResult>> Ask { get; init; }
}
