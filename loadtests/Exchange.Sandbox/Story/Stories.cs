namespace Exchange.Sandbox.Story;

/// <summary>What can be told, by the names that --story takes.</summary>
static class Stories
{
    public const string Lookup = "lookup", Eligibility = "eligibility", Linking = "linking", Assessment = "assessment", Minimal = "minimal", Protection = "protection", Mail = "mail", Recall = "recall";

    public static readonly string[] All = [Lookup, Eligibility, Linking, Assessment, Minimal, Protection, Mail, Recall];

    /// <param name="sinceStart">How long ago the sandbox was started.</param>
    public static async Task Tell(IReadOnlyCollection<string> wanted, Scene scene, Func<TimeSpan> sinceStart, CancellationToken cancelled)
    {
        if (wanted.Contains(Lookup))
            await Tale.Tell(scene, sinceStart, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Eligibility))
            await Story.Eligibility.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Linking))
            await Story.Linking.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Assessment))
            await Story.Assessment.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Minimal))
            await MinimalAnswers.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Protection))
            await PeopleAtRisk.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Mail))
            await Letters.Tell(scene, cancelled).ConfigureAwait(false);
        if (wanted.Contains(Recall))
            await WrongMatch.Tell(scene, cancelled).ConfigureAwait(false);
    }
}
