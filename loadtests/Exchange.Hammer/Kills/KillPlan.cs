namespace Exchange.Hammer.Kills;

/// <param name="Times">How often the hub is killed.</param>
/// <param name="Askers">How many ask at once.</param>
/// <param name="People">Residents of the exchange.</param>
sealed record KillPlan(int Times, int Askers, int People)
{
    /// <summary>Why this is no drill, or null.</summary>
    public string? Mistake() =>
        Times < 1 ? "--times must be 1 or more"
        : Askers < 1 ? "--askers must be 1 or more"
        : People < 100 ? "--people must be 100 or more"
        : null;
}
