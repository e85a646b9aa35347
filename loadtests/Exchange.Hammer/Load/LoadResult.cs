namespace Exchange.Hammer.Load;

/// <summary>What one stretch of load came to; every answer was right.</summary>
/// <param name="Took">From the first question to the last answer.</param>
sealed record LoadResult(long Answers, TimeSpan Took, Latencies Latencies);

/// <summary>The run counts for nothing; the message says why.</summary>
sealed class VoidRunException(string message) : Exception(message);

/// <summary>Whoever was asked did not answer. That is no wrong answer: a peer is left out for it, and the run goes on.</summary>
sealed class CallFailedException(string message) : Exception(message);

/// <summary>So few answers came that a figure of them would be luck; the message says how many.</summary>
sealed class TooFewAnswersException(string message) : Exception(message);
