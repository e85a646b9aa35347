using Exchange.Adapter.Asking;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Jobs;

/// <summary>Asks one question of a job; <see cref="Inquiry.Ask"/> does.</summary>
/// <param name="person">This agency's own key of the person.</param>
/// <param name="provider">An agency id, a kind of which there is only one, or <c>residence:DATE</c>.</param>
public delegate Task<AskOutcome> AskQuestion(string person, string provider, DataSetContract dataSet, IMessage question);

public static class Questions
{
    /// <param name="answers">As of <see cref="JobAnswer{TRecord}"/>.</param>
    public static async Task<JobAnswer<TRecord>> For<TRecord>(
        this AskQuestion ask, string person, string provider, DataSetContract dataSet, IMessage question, Func<TRecord, bool>? answers = null)
        where TRecord : class, IMessage<TRecord>, new() =>
        new(await ask(person, provider, dataSet, question).ConfigureAwait(false), dataSet, provider, answers);
}
