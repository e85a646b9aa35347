namespace Exchange.Sandbox.Files;

/// <summary>What an exchange on this machine is made of.</summary>
public sealed record ExchangePlan
{
    public const string Tax = "jp.tax", Pension = "jp.pension", Chiyoda = "jp.mun.131016", Osaka = "jp.mun.271004";

    /// <summary>Ids of towns beside the two.</summary>
    public IReadOnlyList<string> MoreTowns { get; init; } = [];

    /// <summary>Replicas of the hub.</summary>
    public int Hubs { get; init; } = 1;

    /// <summary>Residents, an equal share in each town.</summary>
    public int People { get; init; } = 2000;

    /// <summary>HOST:PORT of a Redis for the adapters' caches and the hub's quotas; null: memory alone.</summary>
    public string? Redis { get; init; }

    /// <summary>Name of the environment variable with the connection string of the database for the hub's log; null: a file.</summary>
    public string? AuditDatabase { get; init; }

    /// <summary>Where spans go; null: nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Share of traces recorded, 0 to 1.</summary>
    public double SampleRatio { get; init; } = 1;

    /// <summary>False: no spans are made.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Lookups a second and at once that one agency may ask of one data set.</summary>
    public (int PerSecond, int Burst) Quota { get; init; } = (1000, 2000);

    /// <summary>Connections of each adapter to the hub.</summary>
    public int Connections { get; init; } = 2;
}
