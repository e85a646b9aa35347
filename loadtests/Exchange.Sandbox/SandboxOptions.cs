namespace Exchange.Sandbox;

/// <param name="State">Folder of everything.</param>
/// <param name="Once">Stop after the story.</param>
/// <param name="Stories">Names of what is told.</param>
/// <param name="Redis">HOST:PORT; null: the one built in.</param>
sealed record SandboxOptions(string State, bool Once, string? Redis, IReadOnlyCollection<string> Stories);
