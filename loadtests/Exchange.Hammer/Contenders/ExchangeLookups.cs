using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Refusals;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Hammer.Contenders;

/// <summary>T5: through the hub, everything included, from the adapter runtime inside this process. All WARM or all COLD.</summary>
/// <param name="residents">Those the provider has a record of.</param>
sealed class ExchangeLookups(LookupKind kind, TaxQuestion question, Asker asker, People people, HandleShelf handles, IReadOnlyList<Resident> residents) : IContender
{
    // What was once compared field by field is compared by its bytes from then on.
    readonly ByteString?[] verified = new ByteString?[residents.Count];

    public string Name => kind == LookupKind.Warm ? "T5 exchange WARM" : "T5 exchange COLD";

    public int MaximumSlots => residents.Count;

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        // Each slot has people of its own: nobody else's answer leaves a handle where a COLD lookup is about to be made.
        var at = slot + (int)(turn % (residents.Count / slots)) * slots;
        var resident = residents[at];
        if (kind == LookupKind.Cold && people.TryFind(resident.TownKey, out var person))
            await handles.Drop(person, ExchangePlan.Tax, question.DataSet.Id).ConfigureAwait(false);
        var outcome = await Once(resident).ConfigureAwait(false);
        // The very first about a person is COLD in any case: there is nothing yet to be WARM with.
        if (kind == LookupKind.Warm && outcome is { Refusal: null, Kind: LookupKind.Cold } && verified[at] is null)
            outcome = await Once(resident).ConfigureAwait(false);
        return Check(at, outcome);
    }

    Task<AskOutcome> Once(Resident resident) => asker.Ask(question.Ask(resident), default);

    string? Check(int at, AskOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            return $"refused: {Reasons.Name(refusal.Reason)}";
        if (outcome.Kind != kind)
            return $"it was {outcome.Kind}, not {kind}";
        if (outcome.RepeatedBecause.Count > 0)
            return $"it had to be repeated: {Reasons.Name(outcome.RepeatedBecause[0])}";
        if (outcome.Status != AnswerStatus.Found)
            return $"the answer was {outcome.Status}";
        if (outcome.Receipt is null)
            return "no receipt came with it";
        if (verified[at] is { } before)
            return outcome.Record == before ? null : "another record came back";
        if (!question.IsRight(residents[at], outcome.Record))
            return "the record is not the one the provider holds";
        verified[at] = outcome.Record;
        return null;
    }
}
