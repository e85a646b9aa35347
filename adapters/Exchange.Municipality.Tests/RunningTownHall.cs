using Exchange.Adapter.Tests;

namespace Exchange.Municipality.Tests;

/// <summary>One municipality for a class of tests, with a caller that may have benefits decided and one that may ask half of what that takes.</summary>
public sealed class RunningTownHall : IAsyncLifetime
{
    public const string Agency = "jp.mun.131016";

    static readonly (string, string)[] callers =
    [
        ("benefits", "{ task: benefit-eligibility, data_sets: [tax.income.v1, pension.payments.v1, municipality.resident-tax.v1] }"),
        ("half", "{ task: benefit-eligibility, data_sets: [tax.income.v1, municipality.resident-tax.v1] }, { task: child-allowance, data_sets: [pension.payments.v1] }"),
    ];

    /// <summary>Already 20 June 2026 in Japan.</summary>
    static readonly DateTimeOffset now = new(2026, 6, 19, 16, 0, 0, TimeSpan.Zero);

    /// <summary>Of its own; null: those that the program has.</summary>
    public string? Programmes { get; init; }

    public RunningAgency Program { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Program = await RunningAgency.Start(TownHall.Kind, Agency, callers, now, Programmes);

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
