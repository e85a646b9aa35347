using Exchange.Adapter.Files;
using Exchange.Adapter.Telemetry;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Hours;

/// <summary>The hours and maintenance in force.</summary>
/// <param name="path">Null: of an agency that is always open.</param>
/// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">Lists every mistake of the file.</exception>
public sealed class OpeningRegister(string? path, TimeProvider time, ILogger<OpeningRegister> log) : WatchedFile<OpeningHours>(
    (out files) =>
    {
        files = path is null ? [] : [path];
        return path is null ? OpeningHours.Always : OpeningFile.Read(path);
    },
    _ => log.OpeningReplaced(),
    log.OpeningRefused,
    time);
