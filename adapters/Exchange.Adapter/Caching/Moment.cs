namespace Exchange.Adapter.Caching;

/// <summary>
/// When something happened, by both clocks: the wall's, which others share and which time synchronisation may set back,
/// and this process's own, which only goes forward.
/// </summary>
/// <param name="UtcTicks">As <see cref="DateTimeOffset.UtcTicks"/>; 0: never.</param>
/// <param name="Stamp">As <see cref="TimeProvider.GetTimestamp"/> counts, in this process alone.</param>
readonly record struct Moment(long UtcTicks, long Stamp)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow().UtcTicks, time.GetTimestamp());
}
