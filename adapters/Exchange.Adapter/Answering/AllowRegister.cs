using Exchange.Adapter.Files;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.DataSets;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Answering;

/// <summary>The allow-list in force. An answer takes it once and is narrowed by it alone.</summary>
/// <param name="path">Null: of an agency that provides nothing.</param>
/// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">Lists every mistake of the file.</exception>
public sealed class AllowRegister(string? path, IReadOnlyCollection<DataSetContract> provided, TimeProvider time, ILogger<AllowRegister> log) : WatchedFile<AllowList>(
    (out files) =>
    {
        files = path is null ? [] : [path];
        return path is null ? AllowList.Empty : AllowList.Read(path, provided);
    },
    list => log.AllowListReplaced(list.Count),
    log.AllowListRefused,
    time);
