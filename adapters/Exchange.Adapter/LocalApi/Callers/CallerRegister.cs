using Exchange.Adapter.Files;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>The callers in force.</summary>
/// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">Lists every mistake of the file.</exception>
public sealed class CallerRegister(string path, IReadOnlyCollection<string> dataSets, TimeProvider time, ILogger<CallerRegister> log) : WatchedFile<CallerList>(
    (out files) => CallersFile.Read(path, dataSets, out files),
    list => LocalApiLog.CallersReplaced(log, list.Callers.Count()),
    problems => LocalApiLog.CallersRefused(log, problems),
    time);
