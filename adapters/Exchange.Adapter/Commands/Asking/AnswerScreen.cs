using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Hosting.Commands;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>One answer, for the person who asked.</summary>
static class AnswerScreen
{
    static readonly TimeSpan japan = TimeSpan.FromHours(9);

    public static void Write(TextWriter output, ToldAnswer told)
    {
        output.WriteLine($"{told.Outcome}{(told.Provider.Length > 0 ? $", {told.Provider}" : "")}{(told.Freshness is { } freshness && (freshness.AsOf is not null || told.Outcome == "FOUND") ? $", {Fresh(freshness)}" : "")}");
        if (told.Record is { } record)
        {
            var lines = RecordCells.Lines(record).ToList();
            var width = lines.Select(line => line.Name.Length).DefaultIfEmpty().Max();
            foreach (var (name, value) in lines)
                output.WriteLine($"  {name.PadRight(width)}  {OnScreen.Plain(value)}");
            if (lines.Count == 0)
                output.WriteLine("  The record is there, and none of what is granted is known of it.");
        }
        var widest = told.Verdicts.Select(one => one.Predicate.Length).DefaultIfEmpty().Max();
        foreach (var verdict in told.Verdicts)
            output.WriteLine($"  {OnScreen.Plain(verdict.Predicate).PadRight(widest)}  {ToldAnswer.Name(verdict.Truth)}, by version {OnScreen.Plain(verdict.Version)}");
        if (told is { Outcome: "FOUND", IdentityChecked: { } isChecked })
            output.WriteLine(isChecked ? "Birth date and kana, where the provider has them, are those that were sent." : "The provider has no birth date or kana to compare: whether it is the person meant is not known.");
        if (told.Message.Length > 0)
            output.WriteLine(told.Message);
        // When a closed provider opens, its message says.
        if (told.RetryAfter > TimeSpan.Zero && !told.IsClosed)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Asking again may help after {told.RetryAfter.TotalSeconds:0.#} s."));
        if (told.Receipt is { } receipt)
            output.WriteLine($"Receipt: {receipt.Log} no. {receipt.Index}, request {receipt.RequestId}");
        else if (told.RequestIds.Count > 0)
            output.WriteLine($"Request {string.Join(", ", told.RequestIds)}");
        if (told.Journey is { } journey)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{journey.Kind}, {journey.Took?.ToTimeSpan().TotalMilliseconds:0.0} ms"));
    }

    static string Fresh(Freshness freshness)
    {
        var confirmed = freshness.AsOf is { } time ? $"as of {Japan(time)}" : "as of a time that its source does not say";
        return freshness.CachedAge is { } age ? string.Create(CultureInfo.InvariantCulture, $"{confirmed}, a copy {age.ToTimeSpan().TotalSeconds:0} s old") : $"{confirmed}, read from its source";
    }

    /// <summary>Such as <c>2026-06-01 09:00 +09:00</c>.</summary>
    public static string Japan(Timestamp time) => time.ToDateTimeOffset().ToOffset(japan).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
