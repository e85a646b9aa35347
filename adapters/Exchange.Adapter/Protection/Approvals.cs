using Exchange.Adapter.Answering;
using Exchange.Adapter.Enrolment;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.V1;

namespace Exchange.Adapter.Protection;

/// <summary>
/// Whether an official must decide before a question is answered, and what is told meanwhile. Somebody unknown is told the same at the same
/// times: PENDING, and NOT_FOUND when it resolves; or NOT_FOUND at once in a data set in which nobody decides.
/// </summary>
public sealed class Approvals(ApprovalRules rules, ProtectedPeople people, ApprovalBook book, Tickets tickets, TimeProvider time)
{
    /// <summary>FOUND, of whoever may be told about; PENDING of somebody at risk; NOT_FOUND of one in a data set in which nobody decides.</summary>
    public AnswerStatus Judge(Header header, Question question, Person person) =>
        !people.NeedsApproval(person.Key) ? AnswerStatus.Found
        : !rules.AreInForce(header.DataSet) ? AnswerStatus.NotFound
        : book.IsApproved(header, question, person.Key) ? AnswerStatus.Found
        : AnswerStatus.Pending;

    /// <summary>QUARANTINED, of people who share a number; NOT_FOUND where one of them is at risk: the word would tell that they are held.</summary>
    public AnswerStatus JudgeDoubtful(Person person) => people.NeedsApprovalAmong(person) ? AnswerStatus.NotFound : AnswerStatus.Quarantined;

    /// <summary>What is told where an official may have to decide; everything else as it is. Never fails of somebody held alone.</summary>
    /// <param name="told">As it is told <see cref="Told.Within"/> the data set.</param>
    /// <param name="asked">The question's own time; of one that waited, when it came: a moment that says nothing of how long this took.</param>
    public Told Resolve(Header header, Question question, Person? person, DataSetContract dataSet, Told told, DateTimeOffset asked)
    {
        if (told.Status is not (AnswerStatus.Pending or AnswerStatus.NotFound) || !rules.AreInForce(dataSet.Id))
            return told;
        // Not from now: how long this took would tell whether something was read.
        var byThis = asked + rules.ResolvesAfter;
        var isAgain = tickets.TryOpen(question.Ticket.Span, header, out var resolves);
        var isOver = isAgain && time.GetUtcNow() >= resolves;
        if (told.Status == AnswerStatus.Pending)
            book.Ask(header, question, person!.Key, isAgain && !isOver ? resolves : byThis);
        return isOver ? Told.Only(AnswerStatus.NotFound) : new Told(AnswerStatus.Pending, new Answer
        {
            Ticket = isAgain ? question.Ticket : tickets.Seal(header, byThis),
            Freshness = new Freshness { NextUpdateUnixMs = (isAgain ? resolves : byThis).ToUnixTimeMilliseconds() },
        });
    }
}
