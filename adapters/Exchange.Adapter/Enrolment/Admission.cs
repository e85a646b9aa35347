using Exchange.V1;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// The hub looks at its directory every few seconds, and asks the key authority each minute whom it has admitted: what it does not know yet
/// is tried again for a while.
/// </summary>
static class Admission
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90), again = TimeSpan.FromSeconds(2);

    /// <param name="attempt">Null: it went well.</param>
    /// <param name="tell">Told once that there is something to wait for, and what.</param>
    /// <returns>What the last attempt was refused with.</returns>
    public static async Task<Refusal?> UntilKnown(Func<Task<Refusal?>> attempt, Action<string> tell, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var told = false;
        while (true)
        {
            var refusal = await attempt().ConfigureAwait(false);
            if (refusal?.Reason is not (Reason.AgencyUnknown or Reason.EpochMismatch) || time.GetElapsedTime(began) > patience)
                return refusal;
            if (!told)
                tell("The hub has not heard of this agency yet; that takes up to a minute after it was admitted. Waiting ...");
            told = true;
            await Task.Delay(again, time, stop).ConfigureAwait(false);
        }
    }
}
