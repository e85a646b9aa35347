using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Sources;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>Where one adult lived on the reference day, by this town's own record of moves.</summary>
/// <param name="Person">This agency's own key.</param>
/// <param name="Agency">This town.</param>
/// <param name="Moves">Null when the record could not be read, for the reason given.</param>
sealed record OwnResidence(string Person, string Agency, DateOnly Day, IReadOnlyList<Move>? Moves, Refusal? Unread = null)
{
    /// <summary>Here and nowhere else: the resident tax is this town's own record, and nobody is asked. Whoever routes by moves says what else is wrong with them.</summary>
    public bool IsHereAlone => Moves is not null && Places.Length > 0 && Places.All(IsHere);

    /// <summary>Known where the record names this town alone, or this town not at all.</summary>
    public Figure<bool> LivedHere()
    {
        if (Moves is null)
            return new(Missing(Unread!));
        if (Places.Length == 0)
            return new(Missing(Doubt(Reason.ResidenceUnknown, "This town's record of moves does not say where the person lived on that day.")));
        if (Places.Any(IsHere) && !IsHereAlone)
            return new(Missing(Doubt(Reason.RecordsConflict, "By this town's record of moves the person lived here and elsewhere on that day.")));
        return new(IsHereAlone, new Fact { Person = Person, Name = Name, Provider = Agency, Value = IsHereAlone ? "in this town" : "elsewhere" });
    }

    string Name => $"residence on {Day:yyyy-MM-dd}";

    Move[] Places => [.. (Moves ?? []).Where(move => move.Covers(Day))];

    bool IsHere(Move move) => !move.IsAbroad && ResidenceRouting.Agency(move.Municipality) == Agency;

    static Refusal Doubt(Reason reason, string message)
    {
        var refusal = Reasons.Refuse(reason, message);
        refusal.Remedy = "Correct the record of moves.";
        return refusal;
    }

    MissingFact Missing(Refusal refusal)
    {
        var finding = Findings.Of(refusal, Agency);
        return new MissingFact { Person = Person, Name = Name, Provider = Agency, Reason = finding.Code, Message = finding.Message, RetryAfterMs = finding.RetryAfterMs };
    }

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(OwnResidence);
}
