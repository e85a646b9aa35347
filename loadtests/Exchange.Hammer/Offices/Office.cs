using Exchange.Adapter.Asking;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Offices;

/// <summary>One agency that asks, with the people it knows.</summary>
sealed class Office(Asker asker, IReadOnlyList<Resident> people)
{
    readonly Zipf often = new(people.Count);

    /// <returns>What was wrong about the answer, or why it was refused; neither when it was right.</returns>
    public async Task<(string? Mistake, string? Refused)> Ask(OfficeQuestion question)
    {
        var one = people[often.Draw()];
        var outcome = await asker.Ask(question.Ask(one), default).ConfigureAwait(false);
        return (question.Mistake(one, outcome), outcome.Refusal is { } refusal ? OfficeQuestion.Reason(refusal) : null);
    }
}
