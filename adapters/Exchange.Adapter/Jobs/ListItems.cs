using Agency.V1;
using Exchange.Adapter.LocalApi;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Adapter.Jobs;

/// <summary>
/// The items of a list as they arrive, each held to its form: a purpose in the first message alone, a person in every
/// other, nobody twice. An item with a mistake goes on as one, so that its sender hears of it in its place.
/// </summary>
/// <param name="read">Of one message: whether it carries a purpose, its id and its person.</param>
public sealed class ListItems<TMessage>(IAsyncStreamReader<TMessage> messages, Func<TMessage, (bool HasPurpose, ulong Id, string Person)> read) : IAsyncStreamReader<ListItem>
    where TMessage : class
{
    readonly SeenPeople seen = new();
    TMessage? first;

    public ListItem Current { get; private set; } = new(0, "", null);

    /// <summary>The first message, which carries the purpose; null when none came. Its item, if it has one, is the first of the list.</summary>
    public async Task<TMessage?> First(CancellationToken cancelled) =>
        first = await messages.MoveNext(cancelled).ConfigureAwait(false) ? messages.Current : null;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var (_, id, person) = first is null ? default : read(first);
        first = null;
        var purposeAgain = false;
        if (string.IsNullOrEmpty(person))
        {
            if (!await messages.MoveNext(cancellationToken).ConfigureAwait(false))
                return false;
            (purposeAgain, id, person) = read(messages.Current);
        }
        Current = new ListItem(id, person, Mistake(person, purposeAgain));
        return true;
    }

    Finding? Mistake(string person, bool purposeAgain)
    {
        var mistakes = new List<string>();
        RequestCheck.Text(mistakes, "person", person, RequestCheck.PersonLength, required: true);
        if (purposeAgain)
            mistakes.Add("'purpose' belongs in the first message alone");
        if (mistakes.Count > 0)
            return Findings.Of(Reasons.Name(Reason.QuestionInvalid), $"Nobody was asked: {string.Join("; ", mistakes)}.");
        return seen.Add(person) ? null : Findings.Of("DUPLICATE", "The person stands earlier in this list, and is not asked about twice.");
    }
}
