using Exchange.Hosting.Calendar;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Routing;

/// <summary>What whoever asks a closed agency is told.</summary>
public static class Closed
{
    /// <summary>In milliseconds it fits every counter, those of callers too.</summary>
    static readonly TimeSpan longest = Closures.Ahead;

    public static Refusal Refuse(DateTimeOffset opens, DateTimeOffset now)
    {
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((opens - now).TotalMilliseconds));
        return Reasons.Refuse(
            Reason.ProviderClosed, $"The provider is closed until {LegalDay.Write(opens)}, as it has announced.", wait < longest ? wait : longest);
    }
}
