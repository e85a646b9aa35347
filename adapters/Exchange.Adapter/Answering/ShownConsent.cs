using Exchange.Hosting.Calendar;
using Exchange.V1;

namespace Exchange.Adapter.Answering;

/// <summary>The consent that a grant asks for. What the requester's reference leads to is for the requester to keep, and for an auditor to ask for.</summary>
static class ShownConsent
{
    /// <summary>Characters.</summary>
    public const int LongestReference = 128;

    /// <summary>Whether nobody asks for one, or the question shows one given on a day up to today and not too long ago.</summary>
    /// <param name="isWantedHere">This agency's own list asks for one as well.</param>
    public static bool Suffices(Grant grant, bool isWantedHere, Question question, DateOnly today) =>
        !grant.NeedsConsent && !isWantedHere
        || question.Consent is { Reference.Length: > 0 and <= LongestReference } consent
        && LegalDay.TryRead(consent.GivenOn, out var given) && given <= today
        && (grant.ConsentValidDays == 0 || today.DayNumber - given.DayNumber <= grant.ConsentValidDays);
}
