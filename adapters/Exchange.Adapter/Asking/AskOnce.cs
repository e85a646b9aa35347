namespace Exchange.Adapter.Asking;

/// <summary>Makes one lookup; the <see cref="Asker"/> does. Expected failures come back as a refusal.</summary>
public delegate Task<AskOutcome> AskOnce(AskRequest request, CancellationToken cancelled);
