using System.CommandLine;
using System.CommandLine.Parsing;
using Exchange.Hosting.Configuration;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Exchange.Adapter.Commands;

/// <summary>How old a provider's copy of a record may be.</summary>
public static class MaxAgeOption
{
    static readonly TimeSpan longest = TimeSpan.FromDays(3650);

    public static Option<Duration?> Create() => new("--max-age")
    {
        Description = "Take no provider's copy that is older, in seconds or with a unit, such as 300 or 5m; 0 has every record read now. Without it, any age will do.",
        HelpName = "TIME",
        CustomParser = Read,
    };

    static Duration? Read(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (Durations.TryParse(text.All(char.IsAsciiDigit) ? text + "s" : text, out var age) && age <= longest)
            return Duration.FromTimeSpan(age);
        given.AddError("--max-age must be a whole number of seconds, or with a unit, such as 300, 30s, 5m or 8h, and at most ten years.");
        return null;
    }
}
