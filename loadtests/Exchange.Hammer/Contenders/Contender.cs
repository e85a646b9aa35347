namespace Exchange.Hammer.Contenders;

/// <summary>One of a run, as its report has it.</summary>
/// <param name="What">It is.</param>
/// <param name="Version">Of what a peer is made of, for people; null where it is this exchange.</param>
/// <param name="NotMeasured">Why there is no figure of it; null where there is.</param>
sealed record Contender(string Id, string Name, string What, string? Version, string? NotMeasured);
