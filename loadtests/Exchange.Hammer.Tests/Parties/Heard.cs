namespace Exchange.Hammer.Tests.Parties;

/// <summary>What was told, at once and in order, unlike <see cref="Progress{T}"/>.</summary>
sealed class Heard(Action<string>? hear = null) : IProgress<string>
{
    public List<string> Lines { get; } = [];

    public void Report(string value)
    {
        Lines.Add(value);
        hear?.Invoke(value);
    }
}
