using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary><c>timeout</c>, <c>concurrency</c> and <c>poll</c>.</summary>
static class LimitsReader
{
    public static SourceLimits Read(YamlMap map) => new(
        map.Duration("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), SourceLimits.Default.Timeout),
        (int)map.Whole("concurrency", 1, 256, SourceLimits.Default.Concurrency),
        map.Duration("poll", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), SourceLimits.Default.Poll));
}
