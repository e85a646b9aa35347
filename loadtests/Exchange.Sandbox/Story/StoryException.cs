namespace Exchange.Sandbox.Story;

/// <summary>Something went otherwise than this exchange promises.</summary>
sealed class StoryException(string message) : Exception(message);
