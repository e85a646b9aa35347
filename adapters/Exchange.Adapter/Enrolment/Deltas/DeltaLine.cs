using Exchange.Adapter.Sources.People;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <param name="Number">As it stands there, unchecked; empty where none is needed.</param>
sealed record DeltaLine(int Line, Change Change, string Key, string Number)
{
    /// <summary>Of somebody who must be enrolled already: with a misspelt key, somebody else's number would be given away.</summary>
    public bool IsOfKnownPerson => Change is Change.NumberChanged or Change.NumberCorrected or Change.Removed;

    public static bool NeedsNumber(Change change) => change is Change.Born or Change.MovedIn or Change.NumberChanged or Change.NumberCorrected;

    public override string ToString() => $"line {Line}";
}
