using System.Security.Cryptography;

namespace Exchange.Adapter.Sources;

/// <summary>What all sources of an adapter share.</summary>
public sealed record SourceSettings
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// 32 bytes under which the content of a record becomes its revision. Keyed, because a plain hash would let a
    /// requester try out values of fields it was not granted. Give a lasting key to keep revisions over restarts.
    /// </summary>
    public ReadOnlyMemory<byte> RevisionKey { get; init; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>False for whoever runs beside the adapter: what was put into a folder for newer files is left to it, but where there is no file yet.</summary>
    public bool TakesDropped { get; init; } = true;

    /// <summary>Hears of files read again, refused, or with bad rows: names of files and counts, nothing of their contents.</summary>
    public Action<string> Notice { get; init; } = _ => { };
}
