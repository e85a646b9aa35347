using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Calendar;
using Exchange.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Answering;

/// <summary>
/// Whether the person found is the one that is meant, by birth date and kana: a number may have been given to somebody else's row,
/// here or at the requester.
/// </summary>
public sealed class RightPerson(AgencyData data, ILogger<RightPerson> log, TimeProvider time)
{
    /// <summary>Of a birth date and of a name.</summary>
    public const int LongestText = 128;

    /// <summary>Mismatches of one requester about one person in a day; more are guesses at a birth date, and every further try is one as well.</summary>
    const int MostMismatches = 5;

    /// <summary>People of whom mismatches are remembered; beyond it they are forgotten, and counted anew.</summary>
    const int MostRemembered = 100_000;

    static readonly Empty nothing = new();

    readonly Dictionary<(string Requester, UInt128 Row), int> mismatches = [];
    readonly Lock gate = new();
    DateOnly day;

    /// <returns>
    /// FOUND, and whether anything was compared; IDENTITY_MISMATCH where one of what both have differs; UNAVAILABLE where this agency's
    /// own record cannot be read: who is not known to be meant is told nothing about.
    /// </returns>
    public async ValueTask<(AnswerStatus Status, bool IsChecked)> Check(string requester, Person person, Identity? meant, TimeSpan timeout, CancellationToken cancelled)
    {
        if (meant is null || data.Identities is not { } identities)
            return (AnswerStatus.Found, false);
        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var cancel = cancelled.UnsafeRegister(static one => ((CancellationTokenSource)one!).Cancel(), deadline);
            return await identities.Find(person.Key, nothing, deadline.Token).ConfigureAwait(false) is { Record: Identity own }
                ? Judge((requester, person.Row), Compare(own, meant))
                : (AnswerStatus.Found, false);
        }
        catch (Exception e) when (e is SourceException or OperationCanceledException)
        {
            return (AnswerStatus.Unavailable, false);
        }
        catch (Exception unforeseen)
        {
            // Its message could quote a record: the type has to do. In the clear it would tell that the person is held.
            log.RecordUnreadable(unforeseen.GetType().Name, identities.Contract.Id);
            return (AnswerStatus.Unavailable, false);
        }
    }

    (AnswerStatus, bool) Judge((string, UInt128) whose, (AnswerStatus Status, bool IsChecked) compared)
    {
        lock (gate)
        {
            var today = LegalDay.Today(time);
            if (today != day || mismatches.Count >= MostRemembered)
                mismatches.Clear();
            day = today;
            var before = mismatches.GetValueOrDefault(whose);
            if (before >= MostMismatches)
                return (AnswerStatus.IdentityMismatch, true);
            if (compared.Status == AnswerStatus.IdentityMismatch)
                mismatches[whose] = before + 1;
            return compared;
        }
    }

    static (AnswerStatus, bool) Compare(Identity own, Identity meant)
    {
        var (hasBirth, hasKana) = (own.BirthDate.Length > 0 && meant.BirthDate.Length > 0, own.Kana.Length > 0 && meant.Kana.Length > 0);
        return hasBirth && own.BirthDate != meant.BirthDate || hasKana && !Kana.AreAlike(own.Kana, meant.Kana)
            ? (AnswerStatus.IdentityMismatch, true)
            : (AnswerStatus.Found, hasBirth || hasKana);
    }
}
