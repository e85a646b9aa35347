using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Points;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Answering;

/// <summary>From an opened question to this agency's own person: COLD through the curve, WARM through a handle.</summary>
public sealed class PersonFinder(People people, ClosingScalar closing, Handles handles, PointThreads points)
{
    /// <returns>FOUND or QUARANTINED with a person; NOT_FOUND or HANDLE_EXPIRED with none.</returns>
    public ValueTask<(AnswerStatus Status, Person? Person)> Find(OpenedQuestion question, ByteString z) => question.IsWarm
        ? ValueTask.FromResult(ByHandle(question))
        : new(points.Do(question.Header.Requester, () => ByPoint(question, z.Span)));

    /// <summary>By which this requester finds the row again in this data set, for at most 24 h.</summary>
    /// <param name="handle">64 bytes.</param>
    public void SealHandle(Header header, Person person, Span<byte> handle) =>
        handles.Seal(header.Requester, header.DataSet, person.Row, person.Generation, handle);

    // The generation is read from the own table each time: a rematch, merge or deletion ends every handle at once.
    (AnswerStatus, Person?) ByHandle(OpenedQuestion question) =>
        handles.TryOpen(question.Handle, question.Header.Requester, question.Header.DataSet, out var target) == HandleFault.None
        && people.TryFindByRow(target.Row, out var person) && target.IsOf(person.Generation)
            ? Found(person)
            : (AnswerStatus.HandleExpired, null);

    // What is no point or scalar unblinds to nobody, and so does a point the hub has swapped.
    (AnswerStatus, Person?) ByPoint(OpenedQuestion question, ReadOnlySpan<byte> z)
    {
        Span<byte> stored = stackalloc byte[Ristretto.PointLength];
        return closing.TryUnblind(question.Unblinding, z, stored) && people.TryFindByStored(stored, out var person)
            ? Found(person)
            : (AnswerStatus.NotFound, null);
    }

    static (AnswerStatus, Person?) Found(Person person) => (person.Quarantined ? AnswerStatus.Quarantined : AnswerStatus.Found, person);
}
