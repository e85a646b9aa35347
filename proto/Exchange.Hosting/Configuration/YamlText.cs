namespace Exchange.Hosting.Configuration;

/// <summary>One value of a list, with its place.</summary>
public readonly record struct YamlText(string Value, int Line, int Column);
