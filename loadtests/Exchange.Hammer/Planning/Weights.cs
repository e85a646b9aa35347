namespace Exchange.Hammer.Planning;

/// <summary>Bytes on the disk that one lookup leaves, indexes and everything else of a database included.</summary>
/// <param name="Entry">In the hub's log.</param>
/// <param name="Asked">In the journal of who asked: the row, its receipt, and the proof of it.</param>
/// <param name="Answered">The same in the journal of who answered.</param>
/// <param name="Hashes">Beside the way to the root in each of those proofs, 32 bytes each.</param>
sealed record Weights(double Entry, double Asked, double Answered, int Hashes);
