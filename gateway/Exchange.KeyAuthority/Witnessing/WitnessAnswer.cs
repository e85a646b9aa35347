using System.Globalization;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>What came of a checkpoint; also the label of the metric.</summary>
enum WitnessOutcome
{
    Cosigned,
    Malformed,
    UnknownLog,
    NotSigned,

    /// <summary>The log has lost sight of what was cosigned last; it is told, and comes again.</summary>
    Behind,

    /// <summary>Another root over as many entries as were cosigned.</summary>
    Fork,

    NotProven,
    NotKept,
}

/// <summary>An answer over HTTP, as C2SP tlog-witness numbers them.</summary>
sealed record WitnessAnswer(WitnessOutcome Outcome, int Status, string Text, string ContentType = "text/plain; charset=utf-8")
{
    const string SizeType = "text/x.tlog.size";

    public static WitnessAnswer Cosigned(string line) => new(WitnessOutcome.Cosigned, StatusCodes.Status200OK, line);

    public static WitnessAnswer Malformed(string why) => new(WitnessOutcome.Malformed, StatusCodes.Status400BadRequest, why + "\n");

    public static WitnessAnswer UnknownLog() =>
        new(WitnessOutcome.UnknownLog, StatusCodes.Status404NotFound, "This witness watches no log of that name.\n");

    public static WitnessAnswer NotSigned() =>
        new(WitnessOutcome.NotSigned, StatusCodes.Status403Forbidden, "The checkpoint is not signed with the key that this witness pins for the log.\n");

    public static WitnessAnswer Behind(ulong size) => Conflict(WitnessOutcome.Behind, size);

    public static WitnessAnswer Fork(ulong size) => Conflict(WitnessOutcome.Fork, size);

    public static WitnessAnswer NotProven() =>
        new(WitnessOutcome.NotProven, StatusCodes.Status422UnprocessableEntity, "The proof does not show that the checkpoint goes on with the one that was cosigned last.\n");

    public static WitnessAnswer NotKept() =>
        new(WitnessOutcome.NotKept, StatusCodes.Status503ServiceUnavailable, "The witness cannot keep what it would cosign, so it cosigns nothing.\n");

    static WitnessAnswer Conflict(WitnessOutcome outcome, ulong size) =>
        new(outcome, StatusCodes.Status409Conflict, string.Create(CultureInfo.InvariantCulture, $"{size}\n"), SizeType);
}
