using System.Buffers;
using Exchange.Hosting.Calendar;
using Exchange.Protocol.Lookups;
using Google.Protobuf;
using Records.History.V1;

namespace Exchange.Adapter.Histories;

/// <summary>The time that a question is about, by days of Japan.</summary>
/// <param name="From">Milliseconds since 1970, included.</param>
/// <param name="Until">The first that is not.</param>
/// <param name="OlderThan">A request id: of lookups older than that alone.</param>
readonly record struct HistoryDays(long From, long Until, ByteString? OlderThan = null)
{
    /// <summary>False when what is said is no day of our time, the last one lies before the first, or a request id is none.</summary>
    public static bool TryRead(HistoryQuestion question, out HistoryDays days)
    {
        days = new HistoryDays(long.MinValue, long.MaxValue);
        if (!TryRead(question.From, out var first) || !TryRead(question.Until, out var last) || last < first)
            return false;
        if (first is { } from)
            days = days with { From = LegalDay.Beginning(from).ToUnixTimeMilliseconds() };
        if (last is { } until)
            days = days with { Until = LegalDay.Beginning(until.AddDays(1)).ToUnixTimeMilliseconds() };
        if (!question.HasOlderThan)
            return true;
        var id = new byte[Headers.RequestIdSize];
        if (Convert.FromHexString(question.OlderThan, id, out var read, out var written) != OperationStatus.Done || read != question.OlderThan.Length || written != id.Length)
            return false;
        days = days with { OlderThan = UnsafeByteOperations.UnsafeWrap(id) };
        return true;
    }

    public HistoryDays Before(long moment) => this with { Until = Math.Min(Until, moment) };

    static bool TryRead(string text, out DateOnly? day)
    {
        var isDay = LegalDay.TryRead(text, out var given) && given.Year is >= 1868 and <= 2200;
        day = isDay ? given : null;
        return isDay || text.Length == 0;
    }
}
