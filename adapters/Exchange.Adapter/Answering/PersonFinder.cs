using Exchange.Adapter.Enrolment;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;

namespace Exchange.Adapter.Answering;

/// <summary>From an opened question to this agency's own person: COLD through the curve, WARM through a handle.</summary>
public sealed class PersonFinder(People people, ClosingScalar closing, Handles handles)
{
    /// <returns>FOUND, NOT_FOUND, QUARANTINED or HANDLE_EXPIRED; a person with the first alone.</returns>
    public AnswerStatus Find(OpenedQuestion question, ReadOnlySpan<byte> z, out Person? person)
    {
        person = null;
        if (question.IsWarm)
        {
            // The generation is read from the own table each time: a rematch, merge or deletion ends every handle at once.
            var header = question.Header;
            if (handles.TryOpen(question.Handle, header.Requester, header.DataSet, out var target) != HandleFault.None
                || !people.TryFindByRow(target.Row, out var pointed) || !target.IsOf(pointed.Generation))
                return AnswerStatus.HandleExpired;
            person = pointed;
        }
        else
        {
            // What is no point or scalar unblinds to nobody, and so does a point the hub has swapped.
            Span<byte> stored = stackalloc byte[Ristretto.PointLength];
            if (!closing.TryUnblind(question.Unblinding, z, stored) || !people.TryFindByStored(stored, out person))
                return AnswerStatus.NotFound;
        }
        if (!person.Quarantined)
            return AnswerStatus.Found;
        person = null;
        return AnswerStatus.Quarantined;
    }

    /// <summary>By which this requester finds the row again in this data set, for at most 24 h.</summary>
    /// <param name="handle">64 bytes.</param>
    public void SealHandle(Header header, Person person, Span<byte> handle) =>
        handles.Seal(header.Requester, header.DataSet, person.Row, person.Generation, handle);
}
