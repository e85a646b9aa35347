using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary><c>timeout</c>, <c>concurrency</c> and <c>poll</c>.</summary>
static class LimitsReader
{
    public static SourceLimits Read(YamlMap map)
    {
        var timeout = map.Duration("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), SourceLimits.Default.Timeout);
        var concurrency = (int)map.Whole("concurrency", 1, QueryGate.Largest, QueryGate.Default);
        var poll = map.Duration("poll", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), SourceLimits.Default.Poll);
        return new SourceLimits(timeout, map.Has("concurrency") ? concurrency : null, poll);
    }
}
