using Exchange.Gateway.Limits;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Parties;

/// <summary>The files of an exchange that is measured.</summary>
static class MeasuredFolder
{
    /// <param name="connections">Of each adapter.</param>
    /// <param name="spans">Where the recorded share of spans goes: as it ships, 1 % of all.</param>
    public static ExchangeFolder Open(string state, int people, int connections, Uri spans) => ExchangeFolder.Open(state, new ExchangePlan
    {
        People = people,
        Connections = connections,
        // As high as the hub takes: a quota that is hit voids the run.
        Quota = (Limit.MaximumPerSecond, Limit.MaximumBurst),
        Otlp = spans,
        SampleRatio = 0.01,
    }, TimeProvider.System);
}
