using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Results;

/// <summary>What one verb measured of the exchange by itself, and a comparison judges targets by.</summary>
interface IMeasured
{
    /// <summary>Of the command line.</summary>
    string Verb { get; }

    DateTimeOffset Began { get; }

    MachineFacts Machine { get; }

    /// <summary>Why no target is judged by it, such as that it was a short run; null when one is.</summary>
    string? Shortcoming { get; }
}
