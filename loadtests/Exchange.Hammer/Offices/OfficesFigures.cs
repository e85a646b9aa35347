using Exchange.Hammer.Machine;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Offices;

/// <summary>What offices would see, scenario by scenario.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="EachTown">Bytes of the generator's private memory for the adapter of one town that asks.</param>
/// <param name="HubBefore">The hub's private memory with those that ask connected, and nobody else.</param>
/// <param name="HubConnected">The same with all municipalities connected.</param>
/// <param name="IdleAtEnd">Connections of municipalities that never ask, open still after the last scenario.</param>
sealed record OfficesFigures(
    DateTimeOffset Began, MachineFacts Machine, double Load, OfficesPlan Plan, long EachTown, long HubBefore, long HubConnected, int IdleAtEnd, IReadOnlyList<OfficeScene> Scenes) : IMeasured
{
    public const string Name = "offices";

    public string Verb { get; } = Name;

    public string? Shortcoming => Plan.Connected < OfficesPlan.Municipalities ? FormattableString.Invariant($"it has {Plan.Connected:#,0} municipalities, and Japan {OfficesPlan.Municipalities:#,0}") : null;
}

/// <param name="Scenario">Its id.</param>
/// <param name="HubCpu">Cores that the hub kept busy on average.</param>
/// <param name="HubCpuEach">Of the hub, microseconds an answer; null where a list is linked too, or nothing was answered.</param>
/// <param name="HubPeak">Most private memory of the hub, read once a second, bytes.</param>
/// <param name="Linked">People of the list; null: there is none.</param>
/// <param name="LinkedIn">Seconds.</param>
sealed record OfficeScene(string Scenario, OfficeStretch Stretch, double HubCpu, double? HubCpuEach, long HubPeak, int? Linked, double? LinkedIn)
{
    public long Offered => Stretch.Offered.Sum();

    public long Answered => Stretch.Answered.Sum();
}
