using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Exchange.Hosting.Configuration;

/// <summary>
/// Lets through only so many levels, and no keys but plain ones: nodes are loaded and hashed by recursion, so a line
/// of brackets would otherwise end the process.
/// </summary>
sealed class BoundedParser(IParser inner, int maximumDepth) : IParser
{
    readonly Stack<bool> levels = new();
    readonly HashSet<AnchorName> anchors = [];

    /// <summary>Within a map: whether the next node is a key.</summary>
    bool keyIsNext;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        if (!inner.MoveNext())
            return false;
        if (Current is NodeEvent { Anchor.IsEmpty: false } named)
            anchors.Add(named.Anchor);
        switch (Current)
        {
            case MappingStart:
                Enter(isMap: true);
                break;
            case SequenceStart:
                Enter(isMap: false);
                break;
            case MappingEnd or SequenceEnd:
                levels.Pop();
                Passed();
                break;
            case Scalar:
                Passed();
                break;
            case AnchorAlias alias:
                if (InKey)
                    throw new YamlException(alias.Start, alias.End, "a key must be written out");
                if (!anchors.Contains(alias.Value))
                    throw new YamlException(alias.Start, alias.End, $"nothing above is named '&{alias.Value}'");
                Passed();
                break;
        }
        return true;
    }

    bool InKey => levels.TryPeek(out var isMap) && isMap && keyIsNext;

    void Enter(bool isMap)
    {
        if (InKey)
            throw new YamlException(Current!.Start, Current.End, "a key must be a single value");
        if (levels.Count == maximumDepth)
            throw new YamlException(Current!.Start, Current.End, $"nested more than {maximumDepth} levels deep");
        levels.Push(isMap);
        keyIsNext = isMap;
    }

    /// <summary>A node is complete; a collection can only have been a value, so its map waits for a key.</summary>
    void Passed()
    {
        if (levels.TryPeek(out var isMap))
            keyIsNext = isMap && (Current is MappingEnd or SequenceEnd || !keyIsNext);
    }
}
