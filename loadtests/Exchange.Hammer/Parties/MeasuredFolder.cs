using Exchange.Gateway.Limits;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Parties;

/// <summary>The files of an exchange that is measured.</summary>
static class MeasuredFolder
{
    /// <summary>Share of traces recorded, as it ships.</summary>
    public const double ShippedRatio = 0.01;

    /// <param name="connections">Of each adapter.</param>
    /// <param name="spans">Where the recorded share of spans goes; null: there are no traces.</param>
    public static ExchangeFolder Open(string state, int people, int connections, Uri? spans, double recorded = ShippedRatio, IReadOnlyList<string>? moreTowns = null) => ExchangeFolder.Open(state, new ExchangePlan
    {
        People = people,
        MoreTowns = moreTowns ?? [],
        Connections = connections,
        // As high as the hub takes: a quota that is hit voids the run.
        Quota = (Limit.MaximumPerSecond, Limit.MaximumBurst),
        Otlp = spans,
        SampleRatio = recorded,
        Traces = spans is not null,
    }, TimeProvider.System);
}
